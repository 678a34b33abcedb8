import { ISO_4217 } from '../../shared/iso-4217.js';

/** Withdrawn from the standard since payments were taken in them; these payments still have to be read. */
const WITHDRAWN: ReadonlyMap<string, number> = new Map([
  ['ANG', 2],
  ['BGN', 2],
  ['CUC', 2],
]);

/** Decimals by ISO 4217 (JPY 0, USD 2, KWD 3), of withdrawn currencies too; undefined for another upper-case code. */
export function findCurrencyExponent(code: string): number | undefined {
  return ISO_4217.get(code) ?? WITHDRAWN.get(code);
}

export function isCurrencyInUse(code: string): boolean {
  return ISO_4217.has(code);
}
