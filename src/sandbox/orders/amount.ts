import { data as iso4217 } from 'currency-codes';

/** An amount in the currency's minor units (USD 19.99 is 1999), so that refunds add up exactly. */
export interface Amount {
  readonly minorUnits: number;
  /** ISO 4217 code in upper case. */
  readonly currency: string;
}

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ['XCG', 2], // made after the library's list
  ...iso4217.map(({ code, digits }): [string, number] => [code, digits]),
]);

export function isCurrency(code: unknown): code is string {
  return typeof code === 'string' && EXPONENTS.has(code);
}

/** Null where the major units (a JSON number) have digits below the currency's minor unit, or too many to be exact. */
export function fromMajorNumber(major: number, currency: string): Amount | null {
  const scale = scaleOf(currency);
  const minorUnits = Math.round(major * scale);
  return Number.isSafeInteger(minorUnits) && minorUnits / scale === major ? { minorUnits, currency } : null;
}

/** Major units as the JSON number that the provider writes. */
export function toMajorNumber({ minorUnits, currency }: Amount): number {
  return minorUnits / scaleOf(currency);
}

/** For people: `19.99 USD`, `680 JPY`, `1.500 KWD`. */
export function toAmountText(amount: Amount): string {
  return `${toMajorNumber(amount).toFixed(EXPONENTS.get(amount.currency) ?? 0)} ${amount.currency}`;
}

/** What one US dollar buys in the sandbox: made up, never changing, and 1 for every currency that is not listed. */
const UNITS_PER_DOLLAR: Readonly<Record<string, number>> = { EUR: 0.9, GBP: 0.8, JPY: 150, KWD: 0.3, CNY: 7 };

/** Converts by the sandbox's own rates, rounded to the target's minor unit. */
export function convert(amount: Amount, currency: string): Amount {
  if (amount.currency === currency) return amount;
  const dollars = toMajorNumber(amount) / (UNITS_PER_DOLLAR[amount.currency] ?? 1);
  return { minorUnits: Math.round(dollars * (UNITS_PER_DOLLAR[currency] ?? 1) * scaleOf(currency)), currency };
}

function scaleOf(currency: string): number {
  return 10 ** (EXPONENTS.get(currency) ?? 0);
}
