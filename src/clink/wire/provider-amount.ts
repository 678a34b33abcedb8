import { MAX_SIGNIFICANT_DIGITS, parseDecimal, significantDigits } from '../../payments/model/decimal.js';
import { parseMoney, type Money } from '../../payments/model/money.js';
import { asText } from './wire-values.js';

/** Beyond it, an amount is a mistake: the largest that may be asked for has 15 digits, and no currency more than four decimals. */
const MAX_MINOR_UNITS = 10n ** 19n;
const MAX_AMOUNT_CHARACTERS = 64;

/**
 * The provider's amount, in major units as a JSON number or as decimal text, with an ISO 4217 code in any case. Exact or nothing: null for an
 * unknown currency, digits below its minor unit, a negative amount, or a number with more digits than a double carries.
 */
export function toMoney(amount: unknown, currency: unknown): Money | null {
  const text = typeof amount === 'number' ? numberText(amount) : (asText(amount)?.trim() ?? null);
  const code = asText(currency)?.trim().toUpperCase() ?? null;
  if (text === null || code === null || text.length > MAX_AMOUNT_CHARACTERS) return null;
  const money = parseMoney(text, code);
  return money !== null && money.minorUnits >= 0n && money.minorUnits <= MAX_MINOR_UNITS ? money : null;
}

/** The shortest text that reads back as the same double is what the provider wrote, up to 15 significant digits. */
function numberText(amount: number): string | null {
  const text = String(amount);
  const decimal = parseDecimal(text);
  return decimal !== null && significantDigits(decimal) <= MAX_SIGNIFICANT_DIGITS ? text : null;
}
