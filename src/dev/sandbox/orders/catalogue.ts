import type { Amount } from './amount.js';

const CATALOGUE: Readonly<Record<string, Amount>> = {
  price_standard: { minorUnits: 1_999n, currency: 'USD' },
  price_euro: { minorUnits: 4_900n, currency: 'EUR' },
  price_yen: { minorUnits: 680n, currency: 'JPY' },
  price_dinar: { minorUnits: 1_500n, currency: 'KWD' },
};

const STANDARD_PRICE: Amount = { minorUnits: 1_999n, currency: 'USD' };

export function priceOf(priceId: string): Amount {
  return Object.hasOwn(CATALOGUE, priceId) ? (CATALOGUE[priceId] ?? STANDARD_PRICE) : STANDARD_PRICE;
}
