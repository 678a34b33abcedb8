import { parseValue, type GraphQLScalarType } from 'graphql';
import { CurrencyCodeScalar } from '../../src/graphql/scalars/currency-code.scalar.js';
import { DateTimeScalar } from '../../src/graphql/scalars/date-time.scalar.js';
import { DecimalScalar } from '../../src/graphql/scalars/decimal.scalar.js';
import { UrlScalar } from '../../src/graphql/scalars/url.scalar.js';

const DECIMAL_REFUSAL = 'Decimal takes a string of at most 64 characters or a number.';
const literal = (scalar: GraphQLScalarType<unknown, unknown>, text: string) => scalar.parseLiteral(parseValue(text));

describe('Decimal', () => {
  it.each([
    ['19.90', '19.90'],
    ['', ''],
    ['ten', 'ten'],
    ['9'.repeat(64), '9'.repeat(64)],
    [20, '20'],
    [19.9, '19.9'],
    [-0, '0'],
    [1e21, '1e+21'],
  ])('takes the value %j as %j', (value, text) => {
    expect(DecimalScalar.parseValue(value)).toBe(text);
  });

  it.each([
    ['19.90', '19.90'],
    ['-0', '-0'],
    ['1e3', '1e3'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['"1.50"', '1.50'],
  ])('takes the literal %s as it is written', (written, text) => {
    expect(literal(DecimalScalar, written)).toBe(text);
  });

  it.each([[true], [null], [NaN], [Infinity], [{}], [['1']], ['9'.repeat(65)], [10n]])(
    'refuses the value %p',
    (value) => {
      expect(() => DecimalScalar.parseValue(value)).toThrow(new Error(DECIMAL_REFUSAL));
    },
  );

  it.each(['true', 'null', 'TEN', '[1]', '{ a: 1 }', `"${'9'.repeat(65)}"`, '9'.repeat(65)])(
    'refuses the literal %s',
    (written) => {
      expect(() => literal(DecimalScalar, written)).toThrow(new Error(DECIMAL_REFUSAL));
    },
  );

  it('goes out as a text only', () => {
    expect(DecimalScalar.serialize('19.99')).toBe('19.99');
    expect(() => DecimalScalar.serialize(19.99)).toThrow(new Error(DECIMAL_REFUSAL));
  });
});

describe('URL', () => {
  it.each(['https://Shop.example', 'https://shop.example/a%2fb?q=|#x', 'cashapp://pay'])(
    'goes out unchanged: %s',
    (url) => {
      expect(UrlScalar.serialize(url)).toBe(url);
      expect(UrlScalar.parseValue(url)).toBe(url);
      expect(literal(UrlScalar, JSON.stringify(url))).toBe(url);
    },
  );

  it.each([['/relative'], ['nothing'], [7]])('refuses %j', (value) => {
    expect(() => UrlScalar.serialize(value)).toThrow(new Error('URL is the text of an absolute URL.'));
  });
});

describe('CurrencyCode', () => {
  it('goes out as three capital letters', () => {
    expect(CurrencyCodeScalar.serialize('USD')).toBe('USD');
    expect(literal(CurrencyCodeScalar, '"USD"')).toBe('USD');
  });

  it.each([['usd'], ['USDX'], [840], [null]])('refuses %j', (value) => {
    expect(() => CurrencyCodeScalar.parseValue(value)).toThrow(new Error('CurrencyCode is three capital letters.'));
  });
});

describe('DateTime', () => {
  it('goes out in UTC with milliseconds', () => {
    expect(DateTimeScalar.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });
});
