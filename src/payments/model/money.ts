import { findCurrencyExponent } from './currency.js';
import { parseDecimal, toText, type Decimal } from './decimal.js';

/** An amount in the currency's minor units (USD 19.99 is 1999n), never a float. */
export interface Money {
  readonly minorUnits: bigint;
  /** ISO 4217 code in upper case. */
  readonly currency: string;
}

/**
 * Makes money from a plain decimal text in major units and an ISO 4217 code.
 * Null where the code is unknown, the text is no plain decimal, or it has digits below the currency's minor unit; trailing zeros are fine.
 */
export function parseMoney(amount: string, currency: string): Money | null {
  const exponent = findCurrencyExponent(currency);
  const decimal = parseDecimal(amount);
  if (exponent === undefined || decimal === null) return null;
  const minorUnits = toMinorUnits(decimal, exponent);
  return minorUnits === null ? null : { minorUnits, currency };
}

/** Major units as plain decimal text with all the decimals of the currency: "19.99", "680", "1.500". */
export function toMajorText({ minorUnits, currency }: Money): string {
  return toText({ units: minorUnits, scale: findCurrencyExponent(currency) ?? 0 });
}

function toMinorUnits({ units, scale }: Decimal, exponent: number): bigint | null {
  if (scale <= exponent) return units * 10n ** BigInt(exponent - scale);
  const divisor = 10n ** BigInt(scale - exponent);
  return units % divisor === 0n ? units / divisor : null;
}
