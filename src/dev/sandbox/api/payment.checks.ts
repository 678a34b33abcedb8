import { fromMajorNumber, isCurrency } from '../orders/amount.js';
import { findCourse } from '../orders/instruments.js';
import { isJsonObject, isPresent, textField, type JsonObject } from '../json-object.js';
import { AMOUNT_INCORRECT, wrongInput, type Refusal } from './envelope.js';
import { isSafeReturnUrl } from './return-url.js';

export function findRefusal(body: JsonObject): Refusal | null {
  for (const check of CHECKS) {
    const refusal = check(body);
    if (refusal !== null) return refusal;
  }
  return null;
}

type Check = (body: JsonObject) => Refusal | null;

const CHECKS: readonly Check[] = [
  checkInstrument,
  checkMethod,
  checkReturnUrl,
  checkCustomer,
  checkPriceForm,
  checkAmount,
  checkLines,
  checkMetadata,
  checkDevice,
];

const METHODS = 'ALIPAY CARD CASHAPP GCASH KAKAO PROMPTPAY QRIS TNG WECHAT PIX UPI'.split(' ');
const MAX_METADATA_KEYS = 20;
const MAX_METADATA_KEY_LENGTH = 40;
const MAX_METADATA_VALUE_LENGTH = 500;

const UNKNOWN_CUSTOMER = 'cus_unknown';
const MISMATCHED_CUSTOMER = 'cus_mismatch';

function checkInstrument(body: JsonObject): Refusal | null {
  const paymentInstrumentId = textField(body, 'paymentInstrumentId');
  if (paymentInstrumentId === null) return wrongInput('paymentInstrumentId is required.');
  return findCourse(paymentInstrumentId) === null ? wrongInput('PAYMENT_INSTRUMENT_NOT_FOUND') : null;
}

function checkMethod(body: JsonObject): Refusal | null {
  const method = textField(body, 'paymentMethodType');
  if (method === null) return wrongInput('paymentMethodType is required.');
  return METHODS.includes(method) ? null : wrongInput(`paymentMethodType must be one of ${METHODS.join(', ')}.`);
}

function checkReturnUrl(body: JsonObject): Refusal | null {
  const returnUrl = textField(body, 'returnUrl');
  if (returnUrl === null) return wrongInput('returnUrl is required.');
  return isSafeReturnUrl(returnUrl) ? null : wrongInput('returnUrl must be an absolute URL, http, https or of an app.');
}

function checkCustomer(body: JsonObject): Refusal | null {
  const identifiers = ['customerId', 'customerEmail', 'referenceCustomerId'].map((name) => textField(body, name));
  if (identifiers.every((identifier) => identifier === null)) return wrongInput('CUSTOMER_NOT_FOUND');
  if (identifiers[0] === UNKNOWN_CUSTOMER) return wrongInput('CUSTOMER_NOT_FOUND');
  return identifiers[0] === MISMATCHED_CUSTOMER ? wrongInput('CUSTOMER_IDENTIFIER_NOT_MATCHED') : null;
}

function checkPriceForm(body: JsonObject): Refusal | null {
  const has = (name: string): boolean => isPresent(body, name);
  if (has('priceId') && (has('amount') || has('currency')))
    return wrongInput('Use priceId with productId, or amount with currency, not both.');
  if (has('priceId')) return has('productId') ? null : wrongInput('productId is required with priceId.');
  if (has('amount') && has('currency')) return null;
  return wrongInput('priceId with productId, or amount with currency, is required.');
}

function checkAmount(body: JsonObject): Refusal | null {
  const { amount, currency, paymentCurrency } = body;
  if (isPresent(body, 'paymentCurrency') && !isCurrency(paymentCurrency)) return AMOUNT_INCORRECT;
  if (!isPresent(body, 'amount')) return null;
  if (typeof amount !== 'number' || amount <= 0 || !isCurrency(currency)) return AMOUNT_INCORRECT;
  return fromMajorNumber(amount, currency) === null ? AMOUNT_INCORRECT : null;
}

function checkLines({ priceDataList }: JsonObject): Refusal | null {
  if (priceDataList === undefined || priceDataList === null) return null;
  if (Array.isArray(priceDataList) && priceDataList.every(isLine)) return null;
  return wrongInput('priceDataList holds lines with a name, a unitAmount above 0 and a quantity of at least 1.');
}

function isLine(line: unknown): boolean {
  if (!isJsonObject(line) || textField(line, 'name') === null) return false;
  const { unitAmount, quantity, currency } = line;
  const isQuantity =
    quantity === undefined || quantity === null || (Number.isInteger(quantity) && Number(quantity) >= 1);
  const isKnownCurrency = currency === undefined || currency === null || isCurrency(currency);
  return typeof unitAmount === 'number' && unitAmount > 0 && isQuantity && isKnownCurrency;
}

function checkMetadata({ metadata }: JsonObject): Refusal | null {
  if (metadata === undefined || metadata === null) return null;
  const fits =
    isJsonObject(metadata) &&
    Object.keys(metadata).length <= MAX_METADATA_KEYS &&
    Object.entries(metadata).every(([key, value]) => isMetadataEntry(key, value));
  return fits ? null : wrongInput('metadata maps at most 20 keys (40 characters) to texts (500 characters).');
}

function isMetadataEntry(key: string, value: unknown): boolean {
  return (
    isWithin(key, MAX_METADATA_KEY_LENGTH) && typeof value === 'string' && isWithin(value, MAX_METADATA_VALUE_LENGTH)
  );
}

function isWithin(text: string, maxCharacters: number): boolean {
  return [...text].length <= maxCharacters;
}

function checkDevice(body: JsonObject): Refusal | null {
  const platform = textField(body, 'platformType');
  const device = textField(body, 'deviceType');
  if (platform !== null && !['WEB', 'WAP'].includes(platform)) return wrongInput('platformType must be WEB or WAP.');
  return device !== null && !['Android', 'iOS'].includes(device)
    ? wrongInput('deviceType must be Android or iOS.')
    : null;
}
