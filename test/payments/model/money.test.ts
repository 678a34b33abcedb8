import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isCurrencyInUse } from '../../../src/payments/model/currency.js';
import {
  addDecimals,
  decimalsEqual,
  multiplyDecimal,
  parseDecimal,
  significantDigits,
  toCanonicalText,
  toText,
  type Decimal,
} from '../../../src/payments/model/decimal.js';
import { parseMoney, toMajorText } from '../../../src/payments/model/money.js';
import { ISO_4217, ISO_4217_PUBLISHED } from '../../../src/shared/iso-4217.js';

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (parsed === null) throw new Error(`not a decimal: ${text}`);
  return parsed;
}

describe('parseDecimal', () => {
  it.each(['0', '-0', '1', '19.99', '0.10', '-5', '100000000000000000000.000001'])('reads %p', (text) => {
    expect(parseDecimal(text)).not.toBeNull();
  });

  it.each(['', ' ', '1 ', '+1', '.5', '1.', '1e3', '0x10', '1,5', '01', '١', 'NaN', 'Infinity', '--1', '1.2.3'])(
    'refuses %p',
    (text) => {
      expect(parseDecimal(text)).toBeNull();
    },
  );

  it('keeps every digit and the number of decimals', () => {
    expect(parseDecimal('-12.3400')).toEqual({ units: -123400n, scale: 4 });
  });
});

describe('decimal arithmetic', () => {
  it('adds what floats can not', () => {
    expect(decimalsEqual(addDecimals(decimal('0.1'), decimal('0.2')), decimal('0.3'))).toBe(true);
  });

  it('multiplies by a quantity exactly', () => {
    expect(toText(multiplyDecimal(decimal('1.005'), 3))).toBe('3.015');
  });

  it.each([
    ['1500', 4],
    ['0.0105', 3],
    ['1.50', 3],
    ['-12.3', 3],
  ])('counts the digits of %p as %p', (text, digits) => {
    expect(significantDigits(decimal(text))).toBe(digits);
  });

  it.each([
    ['1.5', '0.25', '1.75'],
    ['0.25', '1.5', '1.75'],
    ['-1', '0.01', '-0.99'],
    ['2', '3', '5'],
  ])('adds %s and %s to %s', (a, b, sum) => {
    expect(toText(addDecimals(decimal(a), decimal(b)))).toBe(sum);
  });

  it.each([
    ['1.5', '1.50', true],
    ['1.50', '1.5', true],
    ['1.5', '1.51', false],
    ['1.5', '-1.5', false],
    ['15', '1.5', false],
  ])('says of %s and %s whether they are equal: %s', (a, b, equal) => {
    expect(decimalsEqual(decimal(a), decimal(b))).toBe(equal);
  });

  it.each([
    ['100', '100'],
    ['100.0', '100'],
    ['1.50', '1.5'],
    ['-0.50', '-0.5'],
    ['0.00', '0'],
    ['10.01', '10.01'],
  ])('writes %s in its shortest form, %s', (text, shortest) => {
    expect(toCanonicalText(decimal(text))).toBe(shortest);
  });

  it.each([
    [5n, 0, '5'],
    [5n, 1, '0.5'],
    [5n, 3, '0.005'],
    [-5n, 3, '-0.005'],
    [1200n, 2, '12.00'],
    [0n, 2, '0.00'],
  ])('writes %d of 10^-%d as %s', (units, scale, text) => {
    expect(toText({ units, scale })).toBe(text);
  });

  it('writes equal values alike, whatever the trailing zeros', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(9), fc.nat(6), (units, scale, zeros) => {
        const padded = { units: units * 10n ** BigInt(zeros), scale: scale + zeros };
        expect(toCanonicalText(padded)).toBe(toCanonicalText({ units, scale }));
        expect(decimalsEqual(decimal(toText(padded)), { units, scale })).toBe(true);
      }),
    );
  });
});

describe('money', () => {
  it.each([
    ['1.5000', 'KWD', 1500n, '1.500'],
    ['19.99', 'USD', 1999n, '19.99'],
    ['19.9', 'USD', 1990n, '19.90'],
    ['680', 'JPY', 680n, '680'],
    ['680.00', 'JPY', 680n, '680'],
    ['1.5', 'KWD', 1500n, '1.500'],
    ['-3', 'EUR', -300n, '-3.00'],
    ['1.5', 'XCG', 150n, '1.50'],
    ['1.5', 'XAD', 150n, '1.50'],
    ['999999999999999', 'UYW', 9_999_999_999_999_990_000n, '999999999999999.0000'],
  ])('takes %s %s as %p minor units and writes it %p', (amount, currency, minorUnits, text) => {
    const money = parseMoney(amount, currency);
    expect(money).toEqual({ minorUnits, currency });
    expect(toMajorText({ minorUnits, currency })).toBe(text);
  });

  it.each(['BGN', 'ANG', 'CUC'])('goes on reading payments in %s, which is withdrawn', (currency) => {
    expect(parseMoney('19.99', currency)).toEqual({ minorUnits: 1_999n, currency });
    expect(toMajorText({ minorUnits: 1_999n, currency })).toBe('19.99');
    expect(isCurrencyInUse(currency)).toBe(false);
  });

  it('has the currencies of the list that the docs name', () => {
    const rules = readFileSync('docs/input-rules.md', 'utf8');
    expect(rules).toContain(`those of ISO 4217, list one of ${ISO_4217_PUBLISHED}.`);
    const decimals = [...ISO_4217.values()];
    expect([0, 2, 3, 4].map((count) => decimals.filter((each) => each === count).length)).toEqual([17, 139, 7, 2]);
    expect([...ISO_4217.keys()].every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });

  it.each([
    ['1', 'usd'],
    ['1', 'XYZ'],
    ['1', 'XAU'],
    ['1', 'XTS'],
    ['1', 'XXX'],
    ['1.5', 'JPY'],
    ['1.0001', 'KWD'],
    ['1e2', 'USD'],
  ])('refuses %s %s', (amount, currency) => {
    expect(parseMoney(amount, currency)).toBeNull();
  });
});
