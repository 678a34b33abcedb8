import { classifyCustomer } from '../../payments/access/access-policy.js';
import type { Caller } from '../../payments/access/caller.js';
import type { CreatePaymentCommand } from '../../payments/model/create-payment-command.js';
import { presentText } from '../../shared/text.js';
import { inOrder, issuesOf, type FieldOrder, type InputIssue } from '../input/input-issue.js';
import { findIssues } from '../input/rule.decorator.js';
import type { CreatePaymentInput } from './create-payment.input.js';
import { checkMetadata } from './rules/metadata.rules.js';
import { isTotalWrong, parseLines } from './rules/price-data.rules.js';
import { parsePrice } from './rules/price.rules.js';
import { isAppUrl, parseReturnUrl } from './rules/url.rules.js';

export interface ReturnUrlOptions {
  /** Origins that a payer may come back to; empty means any https one. */
  readonly returnUrlOrigins: readonly string[];
  /** Schemes of apps that a payer may come back to, in lower case and without colon. */
  readonly returnUrlSchemes: readonly string[];
}

type ParsedCreatePayment =
  | { readonly command: CreatePaymentCommand }
  /** Every broken rule, in the order of the schema's fields. */
  | { readonly issues: readonly InputIssue[] };

/**
 * What a valid input asks for: blanks are null, amounts exact, names in one line, all else as
 * given. A person pays as the customer of their token.
 */
export function parseCreatePayment(
  given: CreatePaymentInput,
  caller: Caller,
  options: ReturnUrlOptions,
): ParsedCreatePayment {
  const { referenceCustomerId, notAllowed } = classifyCustomer(given, caller);
  const input = toJudgedInput(given, referenceCustomerId);
  const price = parsePrice(input);
  const lines = parseLines(input.priceDataList ?? [], price);
  const issues = [
    ...findIssues(input),
    ...issuesOf(notAllowed.map((field) => ['customer.notYours', [field], true])),
    ...issuesOf([['customer.identifierRequired', ['customerId'], hasNoCustomer(input)]]),
    ...price.issues,
    ...lines.issues,
    ...checkReturnUrl(input.returnUrl, options),
    ...checkMetadata(input.metadata ?? []),
  ];
  const areLinesSound = issues.every(({ path: [field] }) => field !== 'priceDataList');
  if (areLinesSound)
    issues.push(...issuesOf([['priceDataList.totalMismatch', ['priceDataList'], isTotalWrong(lines, price)]]));
  if (issues.length > 0 || price.price === null) return { issues: inOrder(issues, FIELD_ORDER) };
  return { command: toCommand(input, price.price, lines.lines) };
}

/** One entry more than any list may have: a list too long still shows, and what lies behind costs nothing. */
const MAX_JUDGED_ENTRIES = 101;

function toJudgedInput(given: CreatePaymentInput, referenceCustomerId: string | null | undefined): CreatePaymentInput {
  const prototype = Object.getPrototypeOf(given) as object;
  return Object.assign(Object.create(prototype) as CreatePaymentInput, given, {
    referenceCustomerId,
    priceDataList: given.priceDataList?.slice(0, MAX_JUDGED_ENTRIES),
    metadata: given.metadata?.slice(0, MAX_JUDGED_ENTRIES),
  });
}

function hasNoCustomer({ customerId, customerEmail, referenceCustomerId }: CreatePaymentInput): boolean {
  return [customerId, customerEmail, referenceCustomerId].every((identifier) => presentText(identifier) === null);
}

function checkReturnUrl(returnUrl: string, { returnUrlOrigins, returnUrlSchemes }: ReturnUrlOptions): InputIssue[] {
  if (isAppUrl(returnUrl, returnUrlSchemes)) return [];
  const url = parseReturnUrl(returnUrl);
  const isOffList = url !== null && returnUrlOrigins.length > 0 && !returnUrlOrigins.includes(url.origin);
  return issuesOf([
    ['returnUrl.invalid', ['returnUrl'], url === null],
    ['returnUrl.notAllowed', ['returnUrl'], isOffList],
  ]);
}

function toCommand(
  input: CreatePaymentInput,
  price: CreatePaymentCommand['price'],
  priceDataList: CreatePaymentCommand['priceDataList'],
): CreatePaymentCommand {
  return {
    idempotencyKey: input.idempotencyKey,
    customerId: presentText(input.customerId),
    customerEmail: presentText(input.customerEmail),
    referenceCustomerId: presentText(input.referenceCustomerId),
    price,
    paymentCurrency: presentText(input.paymentCurrency),
    priceDataList,
    paymentInstrumentId: input.paymentInstrumentId,
    paymentMethodType: input.paymentMethodType,
    returnUrl: input.returnUrl,
    merchantReferenceId: presentText(input.merchantReferenceId),
    promotionCode: presentText(input.promotionCode),
    metadata: (input.metadata ?? []).map(({ key, value }) => ({ key, value })),
    platformType: input.platformType ?? null,
    deviceType: input.deviceType ?? null,
  };
}

export const FIELD_ORDER: FieldOrder = {
  fields: [
    'idempotencyKey',
    'customerId',
    'customerEmail',
    'referenceCustomerId',
    'priceId',
    'productId',
    'amount',
    'currency',
    'paymentCurrency',
    'priceDataList',
    'paymentInstrumentId',
    'paymentMethodType',
    'returnUrl',
    'merchantReferenceId',
    'promotionCode',
    'metadata',
    'platformType',
    'deviceType',
  ],
  entryFields: ['name', 'unitAmount', 'quantity', 'currency', 'imageUrl', 'key', 'value'],
};
