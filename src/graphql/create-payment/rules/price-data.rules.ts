import {
  addDecimals,
  decimalsEqual,
  multiplyDecimal,
  parseDecimal,
  type Decimal,
} from '../../../payments/model/decimal.js';
import type { InputPath } from '../../input/input-rules.js';
import { isBlank, isLongerThan, isStorable, presentText, toOneLine } from '../../input/text.js';
import {
  isExpressible,
  isKnownCurrency,
  isPlainDecimal,
  isPositive,
  priceFormOf,
  type PriceFields,
} from './price.rules.js';
import { isImageUrl } from './url.rules.js';

export interface LineFields {
  readonly name: string;
  readonly unitAmount: string;
  readonly quantity: number;
  readonly currency?: string | null;
  readonly imageUrl?: string | null;
}

export type PricedFields = PriceFields & { readonly priceDataList?: readonly LineFields[] | null };

const MAX_LINES = 100;
const MAX_NAME_LENGTH = 255;
/** Keeps sums far from where reading them exactly would cost time. */
const MAX_QUANTITY = 1_000_000;

/** Judged as it is sent: in one line. */
export function isLineName(text: string): boolean {
  const name = toOneLine(text);
  return !isBlank(name) && !isLongerThan(name, MAX_NAME_LENGTH) && isStorable(name);
}

/** By itself; whether its currency can express it, the whole input tells. */
export function isUnitAmount(text: string): boolean {
  return isPlainDecimal(text) && isPositive(text) && isExpressible(text, null);
}

export function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY;
}

/** Too many lines, or unit amounts with more decimals than the line's currency (or else the payment's) has. */
export function findInvalidLines(input: PricedFields): InputPath[] {
  const lines = input.priceDataList ?? [];
  const tooMany: InputPath[] = lines.length > MAX_LINES ? [[]] : [];
  const tooPrecise = lines.flatMap((line, index) =>
    isExpressible(line.unitAmount, currencyOf(line, input)) ? [] : [[String(index), 'unitAmount']],
  );
  return [...tooMany, ...tooPrecise];
}

/** Lines that name another currency than the direct amount has. Beside a catalogue price lines are display data. */
export function findOtherCurrencies(input: PricedFields): InputPath[] {
  const currency = presentText(input.currency);
  if (priceFormOf(input) !== 'direct' || currency === null || !isKnownCurrency(currency)) return [];
  return (input.priceDataList ?? []).flatMap((line, index) => {
    const own = presentText(line.currency);
    return own === null || own === currency || !isKnownCurrency(own) ? [] : [[String(index), 'currency']];
  });
}

/** Whether sound lines in the payment's currency do not add up to its sound amount. Where anything is unsound, its own rule says so. */
export function isTotalWrong(input: PricedFields): boolean {
  const lines = input.priceDataList ?? [];
  const amount = soundAmountOf(input);
  if (amount === null || lines.length === 0 || !areSound(lines, input)) return false;
  const total = lines.map(totalOf).reduce(addDecimals, { units: 0n, scale: 0 });
  return !decimalsEqual(total, amount);
}

function soundAmountOf(input: PriceFields): Decimal | null {
  const amount = presentText(input.amount);
  const currency = presentText(input.currency);
  if (priceFormOf(input) !== 'direct' || amount === null || currency === null || !isKnownCurrency(currency))
    return null;
  return isPositive(amount) && isExpressible(amount, currency) ? parseDecimal(amount) : null;
}

function areSound(lines: readonly LineFields[], input: PricedFields): boolean {
  return lines.every(isSoundLine) && findInvalidLines(input).length === 0 && findOtherCurrencies(input).length === 0;
}

function isSoundLine({ name, unitAmount, quantity, currency, imageUrl }: LineFields): boolean {
  const ownCurrency = presentText(currency);
  const image = presentText(imageUrl);
  return (
    isLineName(name) &&
    isUnitAmount(unitAmount) &&
    isQuantity(quantity) &&
    (ownCurrency === null || isKnownCurrency(ownCurrency)) &&
    (image === null || isImageUrl(image))
  );
}

function totalOf({ unitAmount, quantity }: LineFields): Decimal {
  const decimal = parseDecimal(unitAmount);
  if (decimal === null) throw new Error('a sound line has a decimal unitAmount');
  return multiplyDecimal(decimal, quantity);
}

function currencyOf(line: LineFields, input: PriceFields): string | null {
  return presentText(line.currency) ?? presentText(input.currency);
}
