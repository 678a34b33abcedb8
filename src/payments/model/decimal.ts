/** An exact decimal: `units` × 10^-`scale`, where the scale counts the decimals that were written ("1.50" has 2). */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export const MAX_SIGNIFICANT_DIGITS = 15;

const PLAIN_DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;

export function parseDecimal(text: string): Decimal | null {
  const match = PLAIN_DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const magnitude = BigInt(whole + fraction);
  return { units: sign === '-' ? -magnitude : magnitude, scale: fraction.length };
}

export function significantDigits({ units }: Decimal): number {
  return String(units < 0n ? -units : units).length;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescale(a, scale) + rescale(b, scale), scale };
}

export function multiplyDecimal(decimal: Decimal, factor: number): Decimal {
  return { units: decimal.units * BigInt(factor), scale: decimal.scale };
}

export function decimalsEqual(a: Decimal, b: Decimal): boolean {
  const scale = Math.max(a.scale, b.scale);
  return rescale(a, scale) === rescale(b, scale);
}

/** The shortest plain text, the same for equal values: 1.50 becomes "1.5", 0.00 becomes "0". */
export function toCanonicalText(decimal: Decimal): string {
  const text = toText(decimal);
  return decimal.scale === 0 ? text : text.replace(/\.?0+$/, '');
}

export function toText({ units, scale }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${units < 0n ? '-' : ''}${whole}${fraction}`;
}

function rescale(decimal: Decimal, scale: number): bigint {
  return decimal.units * 10n ** BigInt(scale - decimal.scale);
}
