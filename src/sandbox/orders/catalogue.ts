import type { Amount } from './amount.js';

/** The prices that exist in the sandbox; every other price id costs the same as `price_standard`. */
export const CATALOGUE: Readonly<Record<string, Amount>> = {
  price_standard: { minorUnits: 1999, currency: 'USD' },
  price_euro: { minorUnits: 4900, currency: 'EUR' },
  price_yen: { minorUnits: 680, currency: 'JPY' },
  price_dinar: { minorUnits: 1500, currency: 'KWD' },
};

const STANDARD_PRICE: Amount = { minorUnits: 1999, currency: 'USD' };

/** What a predefined price costs. */
export function priceOf(priceId: string): Amount {
  return Object.hasOwn(CATALOGUE, priceId) ? (CATALOGUE[priceId] ?? STANDARD_PRICE) : STANDARD_PRICE;
}
