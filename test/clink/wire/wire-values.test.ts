import { toMoney } from '../../../src/clink/wire/provider-amount.js';
import { toProviderText } from '../../../src/clink/wire/provider-text.js';
import { parseRetryAfterMs } from '../../../src/clink/http/retry-after.js';
import { asEpochMs, asId, asNumber, asText } from '../../../src/clink/wire/wire-values.js';
import { NOW_MS } from '../support/now.js';

describe('a value of the provider’s', () => {
  it.each([undefined, null, '', ' ', '\t\n', 'null', ' null ', 7, {}, []])('is no text: %j', (value) => {
    expect(asText(value)).toBeNull();
  });

  it.each(['a', ' a ', 'nullable', 'NULL', '0'])('is a text as it stands: %j', (value) => {
    expect(asText(value)).toBe(value);
  });

  it.each(['order 01', 'ordér', 'a\u0000', 'x'.repeat(256), 'null', 1.5, 0, -1, 2 ** 53, NaN, true])(
    'is no id: %.20j',
    (value) => {
      expect(asId(value)).toBeNull();
    },
  );

  it('is an id without the blanks around it', () => {
    expect(asId(' order_01\n')).toBe('order_01');
  });

  it('is an id as a whole number, too', () => {
    expect([asId(7), asId(1_783_561_234_567)]).toEqual(['7', '1783561234567']);
  });

  it.each([
    [1, 1],
    ['1', 1],
    [' 2.5 ', 2.5],
    ['-3', -3],
    ['1e3', null],
    ['0x10', null],
    ['', null],
    ['one', null],
    [true, null],
    [null, null],
    [[1], null],
  ])('%j is the number %j', (value, number) => {
    expect(asNumber(value)).toBe(number);
  });

  it.each([
    [1_785_936_113, 1_785_936_113_000],
    [1_785_936_113_600, 1_785_936_113_600],
    ['1785936113600', 1_785_936_113_600],
    [999_999_999_999, 999_999_999_999_000],
    [1e12, 1e12],
    [0, null],
    [-1, null],
    [8.64e15, 8.64e15],
    [8.65e15, null],
    ['2026-11-22', null],
  ])('%j is the time %j', (value, timeMs) => {
    expect(asEpochMs(value)).toBe(timeMs);
  });
});

describe('toMoney', () => {
  it.each([
    [999_999_999_999_999, 'UYW', 9_999_999_999_999_990_000n],
    [19.99, 'USD', 1999n],
    ['19.99', 'USD', 1999n],
    [' 19.9900 ', 'usd', 1999n],
    [0.1, 'USD', 10n],
    [0, 'USD', 0n],
    [139659, 'IDR', 13965900n],
    [680, 'JPY', 680n],
    ['680.00', 'JPY', 680n],
    [1.234, 'KWD', 1234n],
    [1.15, 'EUR', 115n],
    [4.35, 'EUR', 435n],
  ])('reads %j %s', (amount, currency, minorUnits) => {
    expect(toMoney(amount, currency)?.minorUnits).toBe(minorUnits);
  });

  it.each([
    [19.999, 'USD'],
    [6.8, 'JPY'],
    [-1, 'USD'],
    [1e21, 'USD'],
    [1e-7, 'USD'],
    [12345678901234567, 'JPY'],
    [0.1 + 0.2, 'USD'],
    ['1,999.00', 'USD'],
    ['1e2', 'USD'],
    ['+1', 'USD'],
    ['9'.repeat(65), 'USD'],
    ['9'.repeat(20), 'JPY'],
    ['null', 'USD'],
    [null, 'USD'],
    [true, 'USD'],
    [1, 'XXY'],
    [1, null],
    [1, ''],
  ])('reads nothing from %j %j', (amount, currency) => {
    expect(toMoney(amount, currency)).toBeNull();
  });
});

describe('toProviderText', () => {
  it.each([
    ['Do not honor', 'Do not honor'],
    ['余额不足', '余额不足'],
    ['a\r\nb\u0000\u202ec', 'a b c'],
    ['mail buyer@shop.example now', 'mail [redacted] now'],
    ['instrument pi_0123456789abcd failed', 'instrument pi_…abcd failed'],
    ['key sk_prod_abc.', 'key [redacted].'],
    ['x'.repeat(301), 'x'.repeat(300)],
    [`${'x'.repeat(299)}😀`, 'x'.repeat(299)],
    ['\ud800', null],
    [' \u0000 ', null],
    ['null', null],
    [51, '51'],
    [5.1, null],
  ])('shows %.40j as %.40j', (value, shown) => {
    expect(toProviderText(value)).toBe(shown);
  });
});

describe('parseRetryAfterMs', () => {
  it.each([
    ['0', 0],
    [' 12 ', 12_000],
    ['99999999999999999999', 3_600_000],
    ['Sun, 22 Nov 2026 12:01:00 GMT', 60_000],
    ['Sunday, 22-Nov-26 12:01:00 GMT', 60_000],
    ['Sun Nov 22 12:01:00 2026', 60_000],
    ['Tue Dec  1 12:00:00 2026', 3_600_000],
    ['Sun Nov 22 11:59:00 2026', 0],
    ['Sun Nov 32 12:01:00 2026', null],
    ['Sun, 22 Nov 2026 11:59:00 GMT', 0],
    ['Sun, 22 Nov 2099 12:00:00 GMT', 3_600_000],
    ['Someday, never GMT', null],
    ['1.5', null],
    ['-1', null],
    ['', null],
    [null, null],
  ])('reads %j as %j', (header, waitMs) => {
    expect(parseRetryAfterMs(header, NOW_MS)).toBe(waitMs);
  });
});
