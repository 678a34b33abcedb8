import { MAX_SIGNIFICANT_DIGITS, parseDecimal, significantDigits } from '../../payments/model/decimal.js';
import { parseMoney, type Money } from '../../payments/model/money.js';
import { asText } from './wire-values.js';

const MAX_MINOR_UNITS = 10n ** 19n;
const MAX_AMOUNT_CHARACTERS = 64;

/** Major units, as a JSON number or decimal text. Null unless the currency is known and the amount exact. */
export function toMoney(amount: unknown, currency: unknown): Money | null {
  const text = typeof amount === 'number' ? numberText(amount) : (asText(amount)?.trim() ?? null);
  const code = asText(currency)?.trim().toUpperCase() ?? null;
  if (text === null || code === null || text.length > MAX_AMOUNT_CHARACTERS) return null;
  const money = parseMoney(text, code);
  return money !== null && money.minorUnits >= 0n && money.minorUnits <= MAX_MINOR_UNITS ? money : null;
}

/** The shortest text that reads back as the same double is what the provider wrote, up to 15 digits. */
function numberText(amount: number): string | null {
  const text = String(amount);
  const decimal = parseDecimal(text);
  return decimal !== null && significantDigits(decimal) <= MAX_SIGNIFICANT_DIGITS ? text : null;
}
