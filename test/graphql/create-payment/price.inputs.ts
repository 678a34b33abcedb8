import type { PriceDataInput } from '../../generated/operations.js';
import { CATALOGUE, type InputCase } from './valid-input.js';

const line = (changes: Partial<PriceDataInput> = {}): PriceDataInput => ({
  name: 'Tea',
  unitAmount: '19.99',
  ...changes,
});
const EMOJI = '🍵';

export const PRICE_CASES: readonly InputCase[] = [
  { title: 'a catalogue price', changes: CATALOGUE, issues: [] },
  { title: 'no price', changes: { amount: null, currency: null }, issues: ['price.required at amount'] },
  {
    title: 'a price of blanks',
    changes: { amount: ' ', currency: '', priceId: ' ', productId: '' },
    issues: ['price.required at amount'],
  },
  {
    title: 'both forms of price',
    changes: { priceId: 'price_1', productId: 'prd_1' },
    issues: ['price.exclusive at priceId'],
  },
  {
    title: 'half of each form',
    changes: { currency: null, productId: 'prd_1' },
    issues: ['price.exclusive at priceId'],
  },
  {
    title: 'a direct amount beside a blank price',
    changes: { priceId: ' ', productId: '' },
    issues: [],
  },
  {
    title: 'a price without a product',
    changes: { ...CATALOGUE, productId: ' ' },
    issues: ['price.productRequired at productId'],
  },
  {
    title: 'a product without a price',
    changes: { ...CATALOGUE, priceId: null },
    issues: ['price.priceRequired at priceId'],
  },
  { title: 'an amount without a currency', changes: { currency: '' }, issues: ['price.currencyRequired at currency'] },
  { title: 'a currency without an amount', changes: { amount: '' }, issues: ['price.amountRequired at amount'] },
  {
    title: 'a negative amount without a currency',
    changes: { amount: '-5', currency: null },
    issues: ['amount.positive at amount', 'price.currencyRequired at currency'],
  },
];

export const AMOUNT_CASES: readonly InputCase[] = [
  { title: 'an amount in cents', changes: { amount: '0.01' }, issues: [] },
  { title: 'an amount as an integer', changes: { amount: 20 }, issues: [] },
  { title: 'an amount as a float', changes: { amount: 19.9 }, issues: [] },
  { title: 'an amount of 15 digits', changes: { amount: '1234567890123.45' }, issues: [] },
  { title: 'yen without decimals', changes: { amount: '680', currency: 'JPY' }, issues: [] },
  { title: 'dinars with three decimals', changes: { amount: '1.500', currency: 'KWD' }, issues: [] },
  { title: 'words for an amount', changes: { amount: 'ten' }, issues: ['amount.invalid at amount'] },
  { title: 'an exponent', changes: { amount: '1e3' }, issues: ['amount.invalid at amount'] },
  { title: 'a number too big for plain digits', changes: { amount: 1e21 }, issues: ['amount.invalid at amount'] },
  { title: 'a comma', changes: { amount: '19,99' }, issues: ['amount.invalid at amount'] },
  { title: 'a plus sign', changes: { amount: '+1' }, issues: ['amount.invalid at amount'] },
  { title: 'a leading zero', changes: { amount: '01.00' }, issues: ['amount.invalid at amount'] },
  { title: 'a missing whole part', changes: { amount: '.50' }, issues: ['amount.invalid at amount'] },
  { title: 'blanks around an amount', changes: { amount: ' 1.00 ' }, issues: ['amount.invalid at amount'] },
  { title: 'digits of another script', changes: { amount: '１２' }, issues: ['amount.invalid at amount'] },
  { title: 'hexadecimal digits', changes: { amount: '0x10' }, issues: ['amount.invalid at amount'] },
  { title: 'zero', changes: { amount: 0 }, issues: ['amount.positive at amount'] },
  { title: 'zero in decimals', changes: { amount: '0.00' }, issues: ['amount.positive at amount'] },
  { title: 'negative zero as a number', changes: { amount: -0 }, issues: ['amount.positive at amount'] },
  { title: 'negative zero as a text', changes: { amount: '-0.00' }, issues: ['amount.positive at amount'] },
  { title: 'a negative amount', changes: { amount: '-19.99' }, issues: ['amount.positive at amount'] },
  { title: 'a third decimal of a dollar', changes: { amount: '19.999' }, issues: ['amount.precision at amount'] },
  { title: 'a third decimal that is zero', changes: { amount: '19.990' }, issues: ['amount.precision at amount'] },
  { title: 'decimals of a yen', changes: { amount: '680.0', currency: 'JPY' }, issues: ['amount.precision at amount'] },
  {
    title: 'four decimals of a dinar',
    changes: { amount: '1.5000', currency: 'KWD' },
    issues: ['amount.precision at amount'],
  },
  { title: 'an amount of 16 digits', changes: { amount: '12345678901234.56' }, issues: ['amount.precision at amount'] },
  {
    title: 'a negative amount with too many decimals',
    changes: { amount: '-0.001' },
    issues: ['amount.positive at amount', 'amount.precision at amount'],
  },
  { title: 'a currency in lower case', changes: { currency: 'usd' }, issues: ['currency.unknown at currency'] },
  { title: 'a currency that is none', changes: { currency: 'ABC' }, issues: ['currency.unknown at currency'] },
  { title: 'a currency with a blank', changes: { currency: 'USD ' }, issues: ['currency.unknown at currency'] },
  { title: 'a huge currency', changes: { currency: 'U'.repeat(100_000) }, issues: ['currency.unknown at currency'] },
  {
    title: 'a name of Object for a currency',
    changes: { currency: 'constructor' },
    issues: ['currency.unknown at currency'],
  },
  ...['XCG', 'XAD', 'ZWG'].map((currency) => ({
    ...{ title: `a currency that is new (${currency})`, changes: { amount: '19.99', currency }, issues: [] },
  })),
  ...['BGN', 'ANG', 'CUC', 'HRK', 'ZWL', 'SLL', 'XAU', 'XDR'].map((currency) => ({
    title: `a code that is not in use today (${currency})`,
    changes: { amount: '19.99', currency, paymentCurrency: currency },
    issues: ['currency.unknown at currency', 'currency.unknown at paymentCurrency'],
  })),
  { title: 'a payment currency', changes: { paymentCurrency: 'EUR' }, issues: [] },
  { title: 'a blank payment currency', changes: { paymentCurrency: ' ' }, issues: [] },
  {
    title: 'a payment currency that is none',
    changes: { paymentCurrency: '$' },
    issues: ['currency.unknown at paymentCurrency'],
  },
];

export const LINE_CASES: readonly InputCase[] = [
  { title: 'a line that is the amount', changes: { priceDataList: [line()] }, issues: [] },
  { title: 'no lines', changes: { priceDataList: [] }, issues: [] },
  {
    title: 'a name of several lines, of 255 characters once it has one',
    changes: { priceDataList: [line({ name: `Tea\r\n\t${'x'.repeat(251)}` })] },
    issues: [],
  },
  ...['\r\n\t', 'Tea\u000b', 'Tea\u0085green', `Tea\n${'x'.repeat(252)}`].map((name) => ({
    title: `a name that is none in one line, either (${JSON.stringify(name).slice(0, 20)})`,
    changes: { priceDataList: [line({ name })] },
    issues: ['priceDataList.invalid at priceDataList.0.name'],
  })),
  ...['-0.01', '0'].map((unitAmount) => ({
    title: `a line for a discount or of no price (${unitAmount})`,
    changes: { priceDataList: [line(), line({ unitAmount })] },
    issues: ['priceDataList.invalid at priceDataList.1.unitAmount'],
  })),
  {
    title: 'lines that add up where floats would not',
    changes: {
      amount: '0.30',
      priceDataList: [line({ unitAmount: '0.1' }), line({ unitAmount: 0.2, currency: 'USD' })],
    },
    issues: [],
  },
  {
    title: 'a quantity that makes up the amount',
    changes: { amount: '30', priceDataList: [line({ unitAmount: '10.00', quantity: 3, imageUrl: ' ', currency: '' })] },
    issues: [],
  },
  {
    title: 'lines that are a cent short',
    changes: { priceDataList: [line({ unitAmount: '19.98' })] },
    issues: ['priceDataList.totalMismatch at priceDataList'],
  },
  {
    title: 'a line in another currency',
    changes: { priceDataList: [line(), line({ currency: 'EUR' })] },
    issues: ['priceDataList.currencyMismatch at priceDataList.1.currency'],
  },
  {
    title: 'a line in no currency',
    changes: { priceDataList: [line({ currency: 'usd' })] },
    issues: ['currency.unknown at priceDataList.0.currency'],
  },
  {
    title: 'a line that is wrong in every field',
    changes: {
      priceDataList: [
        line(),
        { name: ' ', unitAmount: '0', quantity: 0, currency: 'XYZ', imageUrl: 'http://shop.example/tea.png' },
      ],
    },
    issues: [
      'priceDataList.invalid at priceDataList.1.name',
      'priceDataList.invalid at priceDataList.1.unitAmount',
      'priceDataList.invalid at priceDataList.1.quantity',
      'currency.unknown at priceDataList.1.currency',
      'priceDataList.invalid at priceDataList.1.imageUrl',
    ],
  },
  {
    title: 'a line with decimals that the payment’s currency has not',
    changes: { amount: '680', currency: 'JPY', priceDataList: [line({ unitAmount: '680.0' })] },
    issues: ['priceDataList.invalid at priceDataList.0.unitAmount'],
  },
  {
    title: 'a line of 16 digits, one issue',
    changes: { priceDataList: [line({ unitAmount: '1234567890123456' })] },
    issues: ['priceDataList.invalid at priceDataList.0.unitAmount'],
  },
  {
    title: 'a quantity above the greatest',
    changes: { priceDataList: [line({ quantity: 1_000_001 })] },
    issues: ['priceDataList.invalid at priceDataList.0.quantity'],
  },
  {
    title: 'a line name of 256 characters',
    changes: { priceDataList: [line({ name: EMOJI.repeat(256) })] },
    issues: ['priceDataList.invalid at priceDataList.0.name'],
  },
  {
    title: 'a line name of 255 characters outside the basic plane',
    changes: { priceDataList: [line({ name: EMOJI.repeat(255) })] },
    issues: [],
  },
  {
    title: '101 lines',
    changes: { priceDataList: Array.from({ length: 101 }, () => line()) },
    issues: ['priceDataList.invalid at priceDataList'],
  },
  {
    title: '100 lines',
    changes: { amount: '1999', priceDataList: Array.from({ length: 100 }, () => line()) },
    issues: [],
  },
  {
    title: 'lines beside a catalogue price, which are only shown',
    changes: {
      ...CATALOGUE,
      priceDataList: [line({ currency: 'EUR', unitAmount: '1' }), line({ unitAmount: '2.50' })],
    },
    issues: [],
  },
  {
    title: 'a bad line beside a catalogue price',
    changes: { ...CATALOGUE, priceDataList: [line({ currency: 'JPY', unitAmount: '2.50' })] },
    issues: ['priceDataList.invalid at priceDataList.0.unitAmount'],
  },
  {
    title: 'a wrong total of an amount that is itself wrong',
    changes: { amount: '5.001', priceDataList: [line()] },
    issues: ['amount.precision at amount'],
  },
];
