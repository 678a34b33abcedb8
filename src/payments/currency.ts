import { data as iso4217 } from 'currency-codes';

/** Codes of the standard for which it gives no minor unit: metals, bond units, units of account, testing, no currency. Nobody can be charged in them. */
const WITHOUT_MINOR_UNIT: ReadonlySet<string> = new Set(
  'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' '),
);

/** Currencies that are in use and that the library's list, of June 2024, does not have. */
const SINCE: readonly (readonly [code: string, digits: number])[] = [['XCG', 2]];

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...SINCE,
  ...iso4217
    .filter(({ code }) => !WITHOUT_MINOR_UNIT.has(code))
    .map(({ code, digits }): [string, number] => [code, digits]),
]);

/** Decimals that ISO 4217 gives a currency (JPY 0, USD 2, KWD 3), or undefined where the upper-case code is no currency of the standard. */
export function findCurrencyExponent(code: string): number | undefined {
  return EXPONENTS.get(code);
}
