import fc from 'fast-check';
import { parseJson } from '../../src/shared/net/json.js';

const digits = (literal: string): unknown => ({ digits: literal });

describe('parseJson', () => {
  it.each([
    ['an integer beyond 2^53', '1783561234567890123', digits('1783561234567890123')],
    ['the first integer that a double can not tell from its neighbour', '9007199254740992', digits('9007199254740992')],
    ['a negative one', '-9007199254740993', digits('-9007199254740993')],
    ['one in an object in a list', '[{"id":12345678901234567890}]', [{ id: digits('12345678901234567890') }]],
    ['a decimal with too many digits', '[0.12345678901234567]', [digits('0.12345678901234567')]],
    ['an exponent after too many digits', '[1.7835612345678902e+18]', [digits('1.7835612345678902e+18')]],
    ['one with a decimal zero', '[9007199254740993.0]', [digits('9007199254740993.0')]],
    ['one of a thousand digits', `[${'9'.repeat(1_000)}]`, [digits('9'.repeat(1_000))]],
  ])('hands over %s with its digits', (_name, text, value) => {
    expect(parseJson(text, digits)).toEqual(value);
  });

  it.each([
    ['the largest safe integer', '[9007199254740991]', [9007199254740991]],
    ['fifteen digits with a point', '[1234567890123.45]', [1234567890123.45]],
    ['zeros after the last decimal', '[19.990000000000000000]', [19.99]],
    ['zeros before the first digit', '[0.000000000000000000001]', [1e-21]],
    ['an exponent', '[1e21, 4000000000000000000e-18]', [1e21, digits('4000000000000000000e-18')]],
    [
      'digits in texts',
      '{"1234567890123456789":"\\"12345678901234567890,"}',
      { '1234567890123456789': '"12345678901234567890,' },
    ],
  ])('leaves %s as JSON.parse has it', (_name, text, value) => {
    expect(parseJson(text, digits)).toEqual(value);
  });

  it('passes over a byte-order mark', () => {
    expect(parseJson('\ufeff{"a":1}', digits)).toEqual({ a: 1 });
  });

  it.each(['', '{"a":12345678901234567890', '[012345678901234567890]', '{12345678901234567890:1}', '[-]', '{"a":1,}'])(
    'throws for %j',
    (text) => {
      expect(() => parseJson(text, digits)).toThrow(SyntaxError);
    },
  );

  it('keeps the last of two entries, and __proto__ as a name like any other', () => {
    const parsed = parseJson('{"a":1,"a":2,"__proto__":{"b":12345678901234567890}}', digits);

    expect(JSON.stringify(parsed)).toBe('{"a":2,"__proto__":{"b":{"digits":"12345678901234567890"}}}');
  });

  it('reads lists in lists however deep, where it looks closer as well', () => {
    const depth = 100_000;
    let innermost = parseJson(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`, digits);
    for (let level = 0; level < depth; level++) [innermost] = innermost as unknown[];

    expect(innermost).toEqual(digits('12345678901234567890'));
  });

  it('reads every JSON as JSON.parse does, beside a number that it hands over', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const parsed = parseJson(`[12345678901234567890,${json}]`, () => 'handed over');

        expect(parsed).toEqual(['handed over', parseJson(json, () => 'handed over')]);
        expect(parseJson(json, Number)).toEqual(JSON.parse(json));
      }),
    );
  });
});
