import { findCurrencyExponent, isCurrencyInUse } from '../../../payments/model/currency.js';
import { MAX_SIGNIFICANT_DIGITS, parseDecimal, significantDigits } from '../../../payments/model/decimal.js';
import { presentText } from '../../input/text.js';

/** The fields that say what is charged. */
export interface PriceFields {
  readonly priceId?: string | null;
  readonly productId?: string | null;
  readonly amount?: string | null;
  readonly currency?: string | null;
}

export type PriceForm = 'none' | 'catalogue' | 'direct' | 'mixed';

/** Which form of price the input uses. Half a form is that form: the rules name its missing half. */
export function priceFormOf({ priceId, productId, amount, currency }: PriceFields): PriceForm {
  const catalogue = presentText(priceId) !== null || presentText(productId) !== null;
  const direct = presentText(amount) !== null || presentText(currency) !== null;
  if (catalogue && direct) return 'mixed';
  if (catalogue) return 'catalogue';
  return direct ? 'direct' : 'none';
}

/** Whether the input uses the form but leaves the field out. */
export function lacks(form: PriceForm, field: keyof PriceFields): (input: PriceFields) => boolean {
  return (input) => priceFormOf(input) === form && presentText(input[field]) === null;
}

/** Whether the amount has more digits than the provider can be told, or more decimals than its currency has. An unknown currency has its own rule. */
export function isTooPrecise(input: PriceFields): boolean {
  const amount = presentText(input.amount);
  return amount !== null && !isExpressible(amount, presentText(input.currency));
}

/** Whether the text is a plain decimal. */
export function isPlainDecimal(text: string): boolean {
  return parseDecimal(text) !== null;
}

/** False for zero, negative zero and below; true for texts that are no decimal, which another rule refuses. */
export function isPositive(text: string): boolean {
  const decimal = parseDecimal(text);
  return decimal === null || decimal.units > 0n;
}

/**
 * Whether the provider can be told the amount as it was written, trailing zeros included. True for texts that are no decimal; without a
 * known currency only the digits are judged.
 */
export function isExpressible(text: string, currency: string | null): boolean {
  const decimal = parseDecimal(text);
  if (decimal === null) return true;
  const exponent = currency === null ? undefined : findCurrencyExponent(currency);
  return significantDigits(decimal) <= MAX_SIGNIFICANT_DIGITS && (exponent === undefined || decimal.scale <= exponent);
}

export function isKnownCurrency(code: string): boolean {
  return isCurrencyInUse(code);
}
