import { ISO_4217 } from '../../../shared/iso-4217.js';

/** In the currency's minor units (USD 19.99 is 1999n), so that refunds add up exactly. */
export interface Amount {
  readonly minorUnits: bigint;
  readonly currency: string;
}

export function isCurrency(code: unknown): code is string {
  return typeof code === 'string' && ISO_4217.has(code);
}

const MAX_DIGITS = 15;
const PLAIN_NUMBER = /^(\d+)(?:\.(\d+))?$/;

/** Null where the major units are negative, finer than the minor unit, or too long to be exact. */
export function fromMajorNumber(major: number, currency: string): Amount | null {
  const [, whole = '', fraction = ''] = PLAIN_NUMBER.exec(String(major)) ?? [];
  const decimals = decimalsOf(currency);
  if (whole === '' || fraction.length > decimals || whole.length + fraction.length > MAX_DIGITS) return null;
  return { minorUnits: BigInt(whole + fraction.padEnd(decimals, '0')), currency };
}

export function parseAmountText(text: string): Amount | null {
  const [, major = '', currency = ''] = /^(\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(text) ?? [];
  return isCurrency(currency) ? fromMajorNumber(Number(major), currency) : null;
}

export function toMajorNumber(amount: Amount): number {
  return Number(toMajorText(amount));
}

export function toAmountText(amount: Amount): string {
  return `${toMajorText(amount)} ${amount.currency}`;
}

/** Invented rates; a currency that is not listed is worth a dollar. */
const UNITS_PER_DOLLAR: Readonly<Record<string, number>> = { EUR: 0.9, GBP: 0.8, JPY: 150, KWD: 0.3, CNY: 7 };

export function convert(amount: Amount, currency: string): Amount {
  if (amount.currency === currency) return amount;
  const dollars = toMajorNumber(amount) / (UNITS_PER_DOLLAR[amount.currency] ?? 1);
  const minorUnits = Math.round(dollars * (UNITS_PER_DOLLAR[currency] ?? 1) * 10 ** decimalsOf(currency));
  return { minorUnits: BigInt(minorUnits), currency };
}

function toMajorText({ minorUnits, currency }: Amount): string {
  const decimals = decimalsOf(currency);
  const digits = String(minorUnits).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
}

function decimalsOf(currency: string): number {
  return ISO_4217.get(currency) ?? 0;
}
