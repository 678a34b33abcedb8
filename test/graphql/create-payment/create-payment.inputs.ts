import type { MetadataEntryInput, PriceDataInput } from '../../generated/operations.js';
import { AMOUNT_CASES, LINE_CASES, PRICE_CASES } from './price.inputs.js';
import { CATALOGUE, type InputCase } from './valid-input.js';

const line = (changes: Partial<PriceDataInput> = {}): PriceDataInput => ({
  name: 'Tea',
  unitAmount: '19.99',
  ...changes,
});
const entry = (changes: Partial<MetadataEntryInput> = {}): MetadataEntryInput => ({
  key: 'cart',
  value: '7',
  ...changes,
});
const entries = (count: number): MetadataEntryInput[] =>
  Array.from({ length: count }, (_, index) => entry({ key: `key ${index}` }));
const LONE_SURROGATE = '\ud83d';
const EMOJI = '🍵';

const KEY_CASES: readonly InputCase[] = [
  { title: 'a key of 16 characters', changes: { idempotencyKey: '0123456789abcdef' }, issues: [] },
  { title: 'a key of 255 characters', changes: { idempotencyKey: 'k'.repeat(255) }, issues: [] },
  {
    title: 'a key of 15 characters',
    changes: { idempotencyKey: '0123456789abcde' },
    issues: ['idempotencyKey.invalid at idempotencyKey'],
  },
  {
    title: 'a key of 256 characters',
    changes: { idempotencyKey: 'k'.repeat(256) },
    issues: ['idempotencyKey.invalid at idempotencyKey'],
  },
  {
    title: 'a blank key',
    changes: { idempotencyKey: ' '.repeat(20) },
    issues: ['idempotencyKey.invalid at idempotencyKey'],
  },
  {
    title: 'a key with a blank in it',
    changes: { idempotencyKey: 'key 0123456789abcdef' },
    issues: ['idempotencyKey.invalid at idempotencyKey'],
  },
  {
    title: 'a key with an accent',
    changes: { idempotencyKey: 'clé-0123456789abcdef' },
    issues: ['idempotencyKey.invalid at idempotencyKey'],
  },
  {
    title: 'a key that ends in a line feed',
    changes: { idempotencyKey: 'key-0123456789abcdef\n' },
    issues: ['idempotencyKey.invalid at idempotencyKey'],
  },
];

const CUSTOMER_CASES: readonly InputCase[] = [
  {
    title: 'no customer',
    changes: { customerId: null },
    issues: ['customer.identifierRequired at customerId'],
  },
  {
    title: 'blank customer fields only',
    changes: { customerId: '', customerEmail: '  ', referenceCustomerId: '\t\u00a0\u3000' },
    issues: ['customer.identifierRequired at customerId'],
  },
  {
    title: 'a customer by e-mail alone',
    changes: { customerId: ' ', customerEmail: 'buyer@shop.example' },
    issues: [],
  },
  { title: 'a customer by reference alone', changes: { customerId: null, referenceCustomerId: '客户-7' }, issues: [] },
  {
    title: 'an e-mail address without a host',
    changes: { customerEmail: 'buyer@' },
    issues: ['email.invalid at customerEmail'],
  },
  {
    title: 'an e-mail address with a name around it',
    changes: { customerEmail: 'Buyer <buyer@shop.example>' },
    issues: ['email.invalid at customerEmail'],
  },
  {
    title: 'an e-mail address with blanks around it',
    changes: { customerEmail: ' buyer@shop.example ' },
    issues: ['email.invalid at customerEmail'],
  },
  {
    title: 'an e-mail address of 255 characters',
    changes: { customerEmail: `buyer@${'a.'.repeat(121)}example` },
    issues: ['email.invalid at customerEmail'],
  },
  {
    title: 'an e-mail address with half a character',
    changes: { customerEmail: `buyer${LONE_SURROGATE}@shop.example` },
    issues: ['email.invalid at customerEmail'],
  },
  ...['bu\u202eyer@shop.example', 'buyer@sh\u200bop.example', 'buyer@shop.example\ufeff'].map((customerEmail) => ({
    title: `an e-mail address with an unseen character: ${JSON.stringify(customerEmail)}`,
    changes: { customerEmail },
    issues: ['email.invalid at customerEmail'],
  })),
  {
    title: 'a huge e-mail address',
    changes: { customerEmail: `${'a'.repeat(200_000)}@shop.example` },
    issues: ['email.invalid at customerEmail'],
  },
];

const RETURN_URL_CASES: readonly InputCase[] = [
  ...[
    'https://shop.example',
    'https://shop.example:8443/back?cart=7#done',
    'HTTPS://SHOP.EXAMPLE/',
    'https://bücher.example/zurück',
    'http://localhost:3000/return',
    'http://127.0.0.1/return',
    'http://[::1]:3000/return',
    'https://[2001:db8::1]/return',
    'https://192.0.2.1:0/return',
    'https://my_shop.example./return',
    `https://shop.example/${'a'.repeat(2027)}`,
    'https://shop.example/a|b?c={d}&e[]=%C3%BC',
    'https://shop.example/👩‍👧',
    `https://shop.example/${'ü'.repeat(337)}`,
  ].map((returnUrl) => ({ title: `the return URL ${returnUrl.slice(0, 40)}`, changes: { returnUrl }, issues: [] })),
  ...[
    '',
    '   ',
    '/return',
    'shop.example/return',
    '//shop.example/return',
    'http://shop.example/return',
    'http://localhost.shop.example/return',
    'http://127.0.0.1.shop.example/',
    'ftp://shop.example/',
    'javascript:alert(1)//https://shop.example',
    'data:text/html,hello',
    'https:shop.example',
    'https:///shop.example',
    'https://user:secret@shop.example/',
    'https://@shop.example/',
    'https://shop.example\\return',
    'https://shop.example/re turn',
    ' https://shop.example/',
    'https://shop.example/\n',
    'https://shop.example/\u0000',
    'https://shop.example/\u0085',
    `https://shop.example/${LONE_SURROGATE}`,
    'https://shop.example:99999/',
    'https://',
    'https://.',
    'https://-',
    'https://shop..example/',
    'https://*.example/',
    'https://shop;example/',
    `https://shop.example/${'a'.repeat(2028)}`,
    `https://shop.example/${'ü'.repeat(338)}`,
    ...['\u202e', '\u2066', '\u200f', '\u061c'].map((mark) => `https://shop.example/${mark}elpmaxe.live`),
    'com.example.shop://return',
  ].map((returnUrl) => ({
    title: `no return URL: ${JSON.stringify(returnUrl).slice(0, 40)}`,
    changes: { returnUrl },
    issues: ['returnUrl.invalid at returnUrl'],
  })),
];

const METADATA_CASES: readonly InputCase[] = [
  { title: '19 entries', changes: { metadata: entries(19) }, issues: [] },
  { title: '20 entries', changes: { metadata: entries(20) }, issues: ['metadata.tooMany at metadata'] },
  { title: 'an empty value', changes: { metadata: [entry({ value: '' })] }, issues: [] },
  {
    title: 'a blank key',
    changes: { metadata: [entry(), entry({ key: ' ' }), entry({ key: '' })] },
    issues: ['metadata.keyBlank at metadata.1.key', 'metadata.keyBlank at metadata.2.key'],
  },
  { title: 'a key of 40 characters', changes: { metadata: [entry({ key: EMOJI.repeat(40) })] }, issues: [] },
  {
    title: 'a key of 41 characters',
    changes: { metadata: [entry({ key: 'k'.repeat(41) })] },
    issues: ['metadata.keyTooLong at metadata.0.key'],
  },
  { title: 'a value of 500 characters', changes: { metadata: [entry({ value: EMOJI.repeat(500) })] }, issues: [] },
  {
    title: 'a value of 501 characters',
    changes: { metadata: [entry({ value: 'é'.repeat(501) })] },
    issues: ['metadata.valueTooLong at metadata.0.value'],
  },
  {
    title: 'a key twice',
    changes: { metadata: [entry(), entry({ key: 'other' }), entry({ value: '8' })] },
    issues: ['metadata.duplicateKey at metadata.2.key'],
  },
  {
    title: 'two keys that differ only in their normal form',
    changes: { metadata: [entry({ key: '\u00e9' }), entry({ key: 'e\u0301' })] },
    issues: [],
  },
  { title: 'keys that differ in case', changes: { metadata: [entry(), entry({ key: 'Cart' })] }, issues: [] },
  {
    title: 'a reserved key in capitals',
    changes: { metadata: [entry({ key: 'GATEWAY_payment_id' })] },
    issues: ['metadata.reservedKey at metadata.0.key'],
  },
  {
    title: 'a reserved key behind a blank',
    changes: { metadata: [entry({ key: ' gateway_payment_id' })] },
    issues: ['metadata.reservedKey at metadata.0.key'],
  },
  {
    title: 'control characters beyond the first ones',
    changes: { metadata: [entry({ key: 'ca\u007frt', value: 'ca\u0085rt' })] },
    issues: ['text.invalid at metadata.0.key', 'text.invalid at metadata.0.value'],
  },
  {
    title: 'a control character in a key and half a character in a value',
    changes: { metadata: [entry({ key: 'ca\u0000rt', value: LONE_SURROGATE })] },
    issues: ['text.invalid at metadata.0.key', 'text.invalid at metadata.0.value'],
  },
  {
    title: 'line ends and tabs in a value',
    changes: {
      metadata: [entry({ value: 'Ring twice.\r\nThird floor,\n\tleft' }), entry({ key: 'empty', value: '\n' })],
    },
    issues: [],
  },
  {
    title: 'line ends in a key',
    changes: { metadata: [entry({ key: 'ca\nrt' }), entry({ key: 'ca\trt' })] },
    issues: ['text.invalid at metadata.0.key', 'text.invalid at metadata.1.key'],
  },
  {
    title: 'a control character among line ends and blanks of a value',
    changes: { metadata: [entry({ value: 'a\n\u0000b' }), entry({ key: 'tab', value: '\u000b' })] },
    issues: ['text.invalid at metadata.0.value', 'text.invalid at metadata.1.value'],
  },
  { title: 'a key that objects have', changes: { metadata: [entry({ key: '__proto__' })] }, issues: [] },
];

const TEXT_CASES: readonly InputCase[] = [
  {
    title: 'a blank instrument',
    changes: { paymentInstrumentId: '\u2003' },
    issues: ['id.blank at paymentInstrumentId'],
  },
  {
    title: 'ids and references of 255 characters',
    changes: { customerId: EMOJI.repeat(255), paymentInstrumentId: 'p'.repeat(255), promotionCode: 'c'.repeat(255) },
    issues: [],
  },
  {
    title: 'ids and references of 256 characters, all of them',
    changes: {
      ...CATALOGUE,
      customerId: 'c'.repeat(256),
      referenceCustomerId: 'r'.repeat(256),
      priceId: 'p'.repeat(256),
      productId: 'd'.repeat(256),
      paymentInstrumentId: EMOJI.repeat(256),
      merchantReferenceId: 'm'.repeat(300_000),
      promotionCode: 'o'.repeat(256),
    },
    issues: [
      'text.tooLong at customerId',
      'text.tooLong at referenceCustomerId',
      'text.tooLong at priceId',
      'text.tooLong at productId',
      'text.tooLong at paymentInstrumentId',
      'text.tooLong at merchantReferenceId',
      'text.tooLong at promotionCode',
    ],
  },
  {
    title: 'control characters and half characters, all of them',
    changes: {
      customerId: 'cus\u0000',
      referenceCustomerId: 'a\u001fb',
      paymentInstrumentId: `pi_${LONE_SURROGATE}`,
      merchantReferenceId: 'a\nb',
      promotionCode: '\udc00',
    },
    issues: [
      'text.invalid at customerId',
      'text.invalid at referenceCustomerId',
      'text.invalid at paymentInstrumentId',
      'text.invalid at merchantReferenceId',
      'text.invalid at promotionCode',
    ],
  },
  {
    title: 'Unicode of all kinds',
    changes: {
      merchantReferenceId: 'заказ №7 🍵 \u202e',
      promotionCode: '\u200d優惠',
      metadata: [entry({ key: '🍵' })],
    },
    issues: [],
  },
  ...[
    'pay_0123456789abcdef0123456789abcdef',
    'PAY_0123456789ABCDEF0123456789abcdef',
    ' pay_0123456789abcdef0123456789abcdef\u00a0',
  ].map((merchantReferenceId) => ({
    title: `a reference that could be a payment’s id (${merchantReferenceId})`,
    changes: { merchantReferenceId },
    issues: ['merchantReferenceId.reserved at merchantReferenceId'],
  })),
  ...['pay_0123456789abcdef0123456789abcde', 'pay_0123456789abcdef0123456789abcdef0', 'pay_ref_123'].map(
    (merchantReferenceId) => ({
      title: `a reference that is no payment’s id (${merchantReferenceId})`,
      changes: { merchantReferenceId },
      issues: [],
    }),
  ),
  { title: 'blank optional texts', changes: { merchantReferenceId: ' ', promotionCode: '' }, issues: [] },
];

const SEVERAL_CASES: readonly InputCase[] = [
  {
    title: 'nearly everything wrong at once',
    changes: {
      idempotencyKey: 'short',
      customerId: '',
      priceId: 'price_1',
      amount: '-1.234',
      currency: 'usd',
      paymentCurrency: 'eur',
      priceDataList: [line({ quantity: -1 })],
      paymentInstrumentId: '',
      returnUrl: 'shop',
      promotionCode: 'c'.repeat(256),
      metadata: [entry({ key: 'gateway_x' }), entry({ key: 'gateway_x', value: 'v'.repeat(501) })],
    },
    issues: [
      'idempotencyKey.invalid at idempotencyKey',
      'customer.identifierRequired at customerId',
      'price.exclusive at priceId',
      'amount.positive at amount',
      'currency.unknown at currency',
      'currency.unknown at paymentCurrency',
      'priceDataList.invalid at priceDataList.0.quantity',
      'id.blank at paymentInstrumentId',
      'returnUrl.invalid at returnUrl',
      'text.tooLong at promotionCode',
      'metadata.reservedKey at metadata.0.key',
      'metadata.duplicateKey at metadata.1.key',
      'metadata.reservedKey at metadata.1.key',
      'metadata.valueTooLong at metadata.1.value',
    ],
  },
  {
    title: 'an e-mail address and a price form',
    changes: { customerId: null, customerEmail: 'nobody', ...CATALOGUE, productId: null },
    issues: ['email.invalid at customerEmail', 'price.productRequired at productId'],
  },
];

/** Every rule but returnUrl.notAllowed, which depends on how the gateway is set up. */
export const INPUT_CASES: readonly InputCase[] = [
  ...KEY_CASES,
  ...CUSTOMER_CASES,
  ...PRICE_CASES,
  ...AMOUNT_CASES,
  ...LINE_CASES,
  ...RETURN_URL_CASES,
  ...METADATA_CASES,
  ...TEXT_CASES,
  ...SEVERAL_CASES,
];
