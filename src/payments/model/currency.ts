import { ISO_4217 } from '../../shared/iso-4217.js';

/** In use when payments in them were first taken, and withdrawn from the standard since: these payments still have to be read. */
const WITHDRAWN: ReadonlyMap<string, number> = new Map([
  ['ANG', 2],
  ['BGN', 2],
  ['CUC', 2],
]);

/**
 * Decimals that ISO 4217 gives a currency (JPY 0, USD 2, KWD 3), also one that was withdrawn, or undefined where the upper-case code is no
 * currency of the standard.
 */
export function findCurrencyExponent(code: string): number | undefined {
  return ISO_4217.get(code) ?? WITHDRAWN.get(code);
}

/** Whether the upper-case code is a currency that somebody can be charged in today. */
export function isCurrencyInUse(code: string): boolean {
  return ISO_4217.has(code);
}
