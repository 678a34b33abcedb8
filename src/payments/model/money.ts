import { findCurrencyExponent } from './currency.js';
import { parseDecimal, toText, type Decimal } from './decimal.js';

export interface Money {
  readonly minorUnits: bigint;
  readonly currency: string;
}

/**
 * Money from a plain decimal text in major units. Null where the code is unknown, the text is no
 * plain decimal, or it has digits below the minor unit; trailing zeros are fine.
 */
export function parseMoney(amount: string, currency: string): Money | null {
  const decimal = parseDecimal(amount);
  return decimal === null ? null : toMoney(decimal, currency);
}

/** The same for a decimal in major units. */
export function toMoney(amount: Decimal, currency: string): Money | null {
  const exponent = findCurrencyExponent(currency);
  const minorUnits = exponent === undefined ? null : toMinorUnits(amount, exponent);
  return minorUnits === null ? null : { minorUnits, currency };
}

export function toMajorText({ minorUnits, currency }: Money): string {
  return toText({ units: minorUnits, scale: findCurrencyExponent(currency) ?? 0 });
}

function toMinorUnits({ units, scale }: Decimal, exponent: number): bigint | null {
  if (scale <= exponent) return units * 10n ** BigInt(exponent - scale);
  const divisor = 10n ** BigInt(scale - exponent);
  return units % divisor === 0n ? units / divisor : null;
}
