import { CreatePaymentInput } from '../../../src/graphql/create-payment/create-payment.input.js';
import { parseCreatePayment } from '../../../src/graphql/create-payment/parse-create-payment.js';
import { PriceDataInput } from '../../../src/graphql/create-payment/price-data.input.js';
import {
  checkMetadata,
  isKeyFree,
  isKeyShortEnough,
  isValueShortEnough,
} from '../../../src/graphql/create-payment/rules/metadata.rules.js';
import {
  isLineName,
  isQuantity,
  parseLines,
  type LineFields,
} from '../../../src/graphql/create-payment/rules/price-data.rules.js';
import {
  isExpressible,
  isPositive,
  parsePrice,
  type PriceFields,
} from '../../../src/graphql/create-payment/rules/price.rules.js';
import {
  isEmailAddress,
  isReferenceFree,
  isReferenceShortEnough,
} from '../../../src/graphql/create-payment/rules/text.rules.js';
import { isImageUrl, parseReturnUrl } from '../../../src/graphql/create-payment/rules/url.rules.js';
import { isIdempotencyKey } from '../../../src/graphql/input/idempotency-key.js';
import { inOrder, type InputIssue } from '../../../src/graphql/input/input-issue.js';
import { LOCAL_CALLER } from '../../../src/payments/access/caller.js';
import { parseDecimal, type Decimal } from '../../../src/payments/model/decimal.js';
import { isBlank, isLongerThan, isPrintable, isStorable, presentText, toStorable } from '../../../src/shared/text.js';
import { CATALOGUE, VALID_INPUT } from './valid-input.js';

const toText = ({ rule, path }: InputIssue) => `${rule} at ${path.join('.')}`;
/** The decimal of a text that is one. */
function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new Error(`${text} is no decimal`);
  return decimal;
}

const x = (count: number) => 'x'.repeat(count);
const EMOJI = '🍵';

/** Each rule by itself, at its edges. The issues of whole inputs are in create-payment.rules.test.ts. */
describe('texts', () => {
  it.each(['', ' ', '\t\n'])('%j is blank and stands for nothing', (text) => {
    expect([isBlank(text), presentText(text)]).toEqual([true, null]);
  });

  it('are kept as they were given', () => {
    expect([presentText(' a '), presentText(null), presentText(undefined)]).toEqual([' a ', null, null]);
    expect(isBlank(' a ')).toBe(false);
  });

  it.each([
    [x(3), false],
    [x(4), true],
    [EMOJI.repeat(3), false],
    [EMOJI.repeat(2) + 'xx', true],
    [EMOJI.repeat(4), true],
    ['', false],
  ])('%s has more than three characters: %s', (text, longer) => {
    expect(isLongerThan(text, 3)).toBe(longer);
  });

  it.each([
    ['ünï 🍵', true],
    ['a\u0000', false],
    ['a\u009f', false],
    ['\ud83c', false],
  ])('%j can be shown as it is: %s', (text, printable) => {
    expect(isPrintable(text)).toBe(printable);
  });

  it.each([
    ['ünï 🍵', 'ünï 🍵'],
    ['a\u0000b\u0000', 'a\ufffdb\ufffd'],
    ['a\u009f\n', 'a\u009f\n'],
    ['\ud83c', '\ufffd'],
  ])('%j is stored as %j', (text, stored) => {
    expect([toStorable(text), isStorable(text)]).toEqual([stored, text === stored]);
  });

  it.each([
    [x(15), false],
    [x(16), true],
    [x(255), true],
    [x(256), false],
    ['!'.repeat(8) + '~'.repeat(8), true],
    [`${x(15)} `, false],
    [`${x(16)}\u007f`, false],
    [`${x(16)}é`, false],
  ])('%.20j is an idempotency key: %s', (text, key) => {
    expect(isIdempotencyKey(text)).toBe(key);
  });

  it.each([
    ['pay_0123456789abcdef0123456789abcdef', false],
    [' PAY_0123456789ABCDEF0123456789ABCDEF\t', false],
    ['pay_0123456789abcdef0123456789abcde', true],
    ['pay_0123456789abcdef0123456789abcdef0', true],
    ['xpay_0123456789abcdef0123456789abcdef', true],
    ['pay_0123456789abcdef0123456789abcdeg', true],
  ])('the reference %j is free: %s', (text, free) => {
    expect(isReferenceFree(text)).toBe(free);
  });

  it('of references have 255 characters at most', () => {
    expect([isReferenceShortEnough(x(255)), isReferenceShortEnough(x(256))]).toEqual([true, false]);
  });

  it.each([
    ['buyer@shop.example', true],
    ['buyer', false],
    [`${x(64)}@${[x(63), x(63), x(57), 'ex'].join('.')}`, true],
    [`${x(64)}@${[x(63), x(63), x(58), 'exa'].join('.')}`, false],
    ['bu\u200byer@shop.example', false],
    ['bu\u0000yer@shop.example', false],
  ])('%.30j is an e-mail address: %s', (text, email) => {
    expect(isEmailAddress(text)).toBe(email);
  });
});

describe('addresses', () => {
  it.each([
    'https://shop.example',
    'https://shop.example/a?b=c#d',
    'HTTPS://Shop.Example?x',
    'https://shop.example#a',
    'https://a-b_c.example.:8443/',
    'https://[2001:db8::1]/',
    'https://10.0.0.1/',
    `https://shop.example/${x(2027)}`,
  ])('%.60s is one to come back to, and one of an image', (url) => {
    expect([parseReturnUrl(url) !== null, isImageUrl(url)]).toEqual([true, true]);
  });

  it.each(['http://localhost:3000/a', 'http://127.0.0.1/', 'http://[::1]:80/'])(
    '%s is one to come back to, and none of an image',
    (url) => {
      expect([parseReturnUrl(url) !== null, isImageUrl(url)]).toEqual([true, false]);
    },
  );

  it.each([
    'http://shop.example/',
    'ftp://shop.example/',
    'javascript://shop.example/',
    'https:shop.example',
    'https:/shop.example',
    'https://',
    'https://?a',
    'https://user@shop.example/',
    'https://shop.example/a b',
    'https://shop.example/a\\b',
    'https://shop.example/\u0007',
    'https://shop.example/\ud83c',
    'https://-shop.example/',
    'https://shop-.example/',
    'https://shop..example/',
    'https://!/',
    ' https://shop.example/',
    'xhttps://shop.example/',
    `https://shop.example/${x(2028)}`,
    '',
  ])('%.60j is none', (url) => {
    expect([parseReturnUrl(url) !== null, isImageUrl(url)]).toEqual([false, false]);
  });

  it('have an origin', () => {
    expect(parseReturnUrl('https://Shop.example:443/a?b')?.origin).toBe('https://shop.example');
  });
});

describe('the form of a price', () => {
  const isTooPrecise = (input: PriceFields) =>
    parsePrice(input).issues.map(toText).includes('amount.precision at amount');

  it.each([
    [{}, 'none'],
    [{ priceId: ' ', amount: '' }, 'none'],
    [{ priceId: 'p' }, 'catalogue'],
    [{ productId: 'p' }, 'catalogue'],
    [{ amount: '1' }, 'direct'],
    [{ currency: 'USD' }, 'direct'],
    [{ productId: 'p', currency: 'USD' }, 'mixed'],
    [{ priceId: 'p', amount: '1' }, 'mixed'],
  ])('of %j is %s', (input, form) => {
    expect(parsePrice(input).form).toBe(form);
  });

  it.each([
    [{ priceId: 'p' }, true],
    [{ priceId: 'p', productId: ' ' }, true],
    [{ priceId: 'p', productId: 'q' }, false],
    [{ amount: '1' }, false],
    [{}, false],
  ])('a catalogue price lacks its product in %j: %s', (input, missing) => {
    expect(parsePrice(input).issues.map(toText).includes('price.productRequired at productId')).toBe(missing);
  });

  it.each([
    ['19.99', 'USD', true],
    ['19.999', 'USD', false],
    ['19.990', 'USD', false],
    ['19.9', 'JPY', false],
    ['1.234', 'KWD', true],
    ['19.999', null, true],
    ['19.999', 'XYZ', true],
    ['123456789012345', null, true],
    ['1234567890123456', null, false],
  ])('can express %s %s: %s', (text, currency, expressible) => {
    expect(isExpressible(decimalOf(text), currency)).toBe(expressible);
    expect(isTooPrecise({ amount: text, currency })).toBe(!expressible);
  });

  it('is not too precise without an amount', () => {
    expect(
      [{ currency: 'JPY' }, { amount: ' ', currency: 'JPY' }, { amount: 'one', currency: 'USD' }].map(isTooPrecise),
    ).toEqual([false, false, false]);
  });

  it.each([
    ['0.01', true],
    ['0', false],
    ['0.00', false],
    ['-0', false],
    ['-1', false],
  ])('calls %s positive: %s', (text, positive) => {
    expect(isPositive(decimalOf(text))).toBe(positive);
  });

  it('knows plain decimals, and finds nothing else wrong with other texts', () => {
    const issuesOf = (amount: string) => parsePrice({ amount, currency: 'USD' }).issues.map(toText);
    expect(['1.50', '1e2', 'free'].map(issuesOf)).toEqual([
      [],
      ['amount.invalid at amount'],
      ['amount.invalid at amount'],
    ]);
    expect(issuesOf('')).toEqual(['price.amountRequired at amount']);
  });
});

describe('price lines', () => {
  const line = (changes: Partial<LineFields> = {}): LineFields => ({
    ...{ name: 'Tea', unitAmount: '10', quantity: 2 },
    ...changes,
  });
  type PricedFields = PriceFields & { readonly priceDataList?: readonly LineFields[] };
  const direct = (amount: string | null, ...priceDataList: LineFields[]): PricedFields => ({
    amount,
    currency: 'USD',
    priceDataList,
  });
  const parse = (input: PricedFields) => parseLines(input.priceDataList ?? [], parsePrice(input));
  const pathsOf = (rule: InputIssue['rule'], input: PricedFields) =>
    parse(input)
      .issues.filter((issue) => issue.rule === rule)
      .map(({ path }) => path.slice(1));
  /** Of the whole input: the fields of a line have rules of their own. */
  const issuesOf = ({ priceDataList, ...price }: PricedFields) => {
    const lines = priceDataList?.map((fields) => Object.assign(new PriceDataInput(), fields));
    const input = Object.assign(new CreatePaymentInput(), {
      ...VALID_INPUT,
      ...CATALOGUE,
      priceId: null,
      productId: null,
    });
    Object.assign(input, price, { priceDataList: lines });
    const parsed = parseCreatePayment(input, LOCAL_CALLER, { returnUrlOrigins: [], returnUrlSchemes: [] });
    return 'issues' in parsed ? parsed.issues.map(toText) : [];
  };
  const findInvalidLines = (input: PricedFields) => pathsOf('priceDataList.invalid', input);
  const findOtherCurrencies = (input: PricedFields) => pathsOf('priceDataList.currencyMismatch', input);

  it.each([
    ['Tea', true],
    [x(255), true],
    [x(256), false],
    [' ', false],
    ['Te\u0000a', false],
  ])('%.20j is a name: %s', (name, isName) => {
    expect(isLineName(name)).toBe(isName);
  });

  it.each([
    ['0.01', true],
    ['0', false],
    ['-1', false],
    ['one', false],
    ['1234567890123456', false],
  ])('%s is the amount of one: %s', (text, isAmount) => {
    const invalid = findInvalidLines({ priceDataList: [line({ unitAmount: text })] });
    expect(invalid).toEqual(isAmount ? [] : [['0', 'unitAmount']]);
  });

  it.each([
    [0, false],
    [1, true],
    [1_000_000, true],
    [1_000_001, false],
    [1.5, false],
  ])('%d is a quantity: %s', (quantity, isIt) => {
    expect(isQuantity(quantity)).toBe(isIt);
  });

  it('are a hundred at most, each as precise as its currency', () => {
    const lines = (count: number) => Array.from({ length: count }, () => line());
    expect(findInvalidLines(direct('1', ...lines(100)))).toEqual([]);
    expect(findInvalidLines(direct('1', ...lines(101)))).toEqual([[]]);
    expect(findInvalidLines({})).toEqual([]);
    const own = line({ unitAmount: '1.234', currency: 'KWD' });
    expect(findInvalidLines(direct('1', own, line({ unitAmount: '1.234' })))).toEqual([['1', 'unitAmount']]);
  });

  it('are in the currency of a direct amount', () => {
    const euros = line({ currency: 'EUR' });
    expect(findOtherCurrencies(direct('1', line(), line({ currency: 'USD' }), euros, line({ currency: ' ' })))).toEqual(
      [['2', 'currency']],
    );
    expect(findOtherCurrencies(direct('1', line({ currency: 'XYZ' })))).toEqual([]);
    expect(findOtherCurrencies({ priceId: 'p', productId: 'q', priceDataList: [euros] })).toEqual([]);
    expect(findOtherCurrencies({ currency: 'XYZ', amount: '1', priceDataList: [euros] })).toEqual([]);
    expect(findOtherCurrencies({ amount: '1', priceDataList: [euros] })).toEqual([]);
    expect(findOtherCurrencies({ currency: 'USD' })).toEqual([]);
  });

  it.each([
    ['the same total', direct('20', line()), false],
    ['the same total of several', direct('20.50', line(), line({ unitAmount: '0.5', quantity: 1 })), false],
    ['another total', direct('20.01', line()), true],
    ['no line', direct('20'), false],
    ['no amount', direct(null, line()), false],
    ['an amount that is none', direct('x', line()), false],
    ['an amount below zero', direct('-20', line()), false],
    ['an amount that is too precise', direct('19.999', line()), false],
    ['an unknown currency', { amount: '1', currency: 'XYZ', priceDataList: [line()] }, false],
    ['a catalogue price', { priceId: 'p', priceDataList: [line()] }, false],
    ['both prices', { ...direct('1', line()), priceId: 'p' }, false],
    ['a line without a name', direct('1', line({ name: '' })), false],
    ['a line without an amount', direct('1', line({ unitAmount: 'x' })), false],
    ['a line of none', direct('1', line({ quantity: 0 })), false],
    ['a line in an unknown currency', direct('1', line({ currency: 'XYZ' })), false],
    ['a line in another currency', direct('1', line({ currency: 'EUR' })), false],
    ['a line that is too precise', direct('1', line({ unitAmount: '1.999' })), false],
    ['a line with no image', direct('1', line({ imageUrl: 'http://shop.example/a.png' })), false],
    ['a line with an image', direct('1', line({ imageUrl: 'https://shop.example/a.png', currency: 'USD' })), true],
  ])('with %s: the total is wrong or not', (_title, input, wrong) => {
    expect(issuesOf(input).includes('priceDataList.totalMismatch at priceDataList')).toBe(wrong);
  });
});

describe('metadata', () => {
  const entries = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: '' }));
  const keys = (...names: string[]) => names.map((key) => ({ key, value: '' }));

  it('have nineteen entries at most', () => {
    expect([entries(19), entries(20), []].map((list) => checkMetadata(list).map(toText))).toEqual([
      [],
      ['metadata.tooMany at metadata'],
      [],
    ]);
  });

  it('have each key once, letter for letter', () => {
    expect(checkMetadata(keys('a', 'b', 'A', 'a', 'a')).map(toText)).toEqual([
      'metadata.duplicateKey at metadata.3.key',
      'metadata.duplicateKey at metadata.4.key',
    ]);
    expect([checkMetadata(keys(' ', ' ')), checkMetadata([])]).toEqual([[], []]);
  });

  it('have keys of 40 characters and values of 500 at most', () => {
    expect([isKeyShortEnough(x(40)), isKeyShortEnough(x(41))]).toEqual([true, false]);
    expect([isValueShortEnough(x(500)), isValueShortEnough(x(501))]).toEqual([true, false]);
  });

  it.each([
    ['gateway_payment_id', false],
    [' \tGateway_x', false],
    ['gateway', true],
    ['my_gateway_id', true],
  ])('the key %j is free: %s', (key, free) => {
    expect(isKeyFree(key)).toBe(free);
  });
});

describe('issues', () => {
  const order = { fields: ['a', 'list'], entryFields: ['name', 'key'] };
  const issue = (rule: InputIssue['rule'], ...path: string[]): InputIssue => ({ path, rule, message: '' });

  it('stand by field, then entry, then its field, then rule, each once', () => {
    const sorted = [
      issue('text.tooLong', 'a'),
      issue('text.invalid', 'a'),
      issue('metadata.tooMany', 'list'),
      issue('metadata.keyBlank', 'list', '2', 'name'),
      issue('metadata.keyBlank', 'list', '2', 'key'),
      issue('metadata.keyTooLong', 'list', '2', 'key'),
      issue('metadata.keyBlank', 'list', '10', 'name'),
    ];
    expect(inOrder([...sorted].reverse(), order)).toEqual(sorted);
    expect(inOrder([...sorted, ...sorted], order)).toEqual(sorted);
  });
});
