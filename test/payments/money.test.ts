import fc from 'fast-check';
import {
  addDecimals,
  decimalsEqual,
  multiplyDecimal,
  parseDecimal,
  significantDigits,
  toCanonicalText,
  toText,
  type Decimal,
} from '../../src/payments/decimal.js';
import { parseMoney, toMajorText } from '../../src/payments/money.js';

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
    ['19.99', 'USD', 1999n, '19.99'],
    ['19.9', 'USD', 1990n, '19.90'],
    ['680', 'JPY', 680n, '680'],
    ['680.00', 'JPY', 680n, '680'],
    ['1.5', 'KWD', 1500n, '1.500'],
    ['-3', 'EUR', -300n, '-3.00'],
    ['1.5', 'XCG', 150n, '1.50'],
  ])('takes %s %s as %p minor units and writes it %p', (amount, currency, minorUnits, text) => {
    const money = parseMoney(amount, currency);
    expect(money).toEqual({ minorUnits, currency });
    expect(toMajorText({ minorUnits, currency })).toBe(text);
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
