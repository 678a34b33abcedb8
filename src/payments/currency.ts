import { data as iso4217 } from 'currency-codes';

const EXPONENTS: ReadonlyMap<string, number> = new Map(iso4217.map(({ code, digits }) => [code, digits]));

/** Decimals that ISO 4217 gives a currency (JPY 0, USD 2, KWD 3), or undefined where the upper-case code is not in the standard. */
export function findCurrencyExponent(code: string): number | undefined {
  return EXPONENTS.get(code);
}
