import type { CreatePaymentCommand } from '../../../src/payments/model/create-payment-command.js';
import { fingerprintOf } from '../../../src/payments/create-payment/fingerprint.js';

const command: CreatePaymentCommand = {
  idempotencyKey: 'key-0123456789abcdef',
  customerId: 'cus_1',
  customerEmail: null,
  referenceCustomerId: null,
  price: { kind: 'direct', money: { minorUnits: 1990n, currency: 'USD' } },
  paymentCurrency: null,
  priceDataList: [{ name: 'Tea', unitAmount: '19.9', quantity: 1, currency: null, imageUrl: null }],
  paymentInstrumentId: 'pi_card_ok',
  paymentMethodType: 'CARD',
  returnUrl: 'https://shop.example/return',
  merchantReferenceId: null,
  promotionCode: null,
  metadata: [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ],
  platformType: null,
  deviceType: null,
};

describe('fingerprintOf', () => {
  it('is the same for another key and another order of metadata', () => {
    const reordered = { ...command, idempotencyKey: 'another-key-0123456', metadata: [...command.metadata].reverse() };
    expect(fingerprintOf(reordered)).toBe(fingerprintOf(command));
  });

  // Keys live for days, so a release must know again what the one before it wrote down.
  it.each([
    ['a direct amount', command, 'a56d23a60cb2ae215c22d6542beb6bf43bfa72b36dbe2e739f89073b16449c64'],
    [
      'a catalogue price',
      { ...command, price: { kind: 'catalogue', priceId: 'p', productId: 'q' } as const },
      'b1f5502aac5cae85da27e8ae3c08465c843903bcd9f437e2cb61cb24f0ba4053',
    ],
  ])('is for all time what it is: %s', (_form, input, fingerprint) => {
    expect(fingerprintOf(input)).toBe(fingerprint);
  });

  const changes: [string, Partial<CreatePaymentCommand>][] = [
    ['customerId', { customerId: 'cus_2' }],
    ['customerEmail', { customerEmail: 'a@shop.example' }],
    ['referenceCustomerId', { referenceCustomerId: 'ref' }],
    ['amount', { price: { kind: 'direct', money: { minorUnits: 1991n, currency: 'USD' } } }],
    ['currency', { price: { kind: 'direct', money: { minorUnits: 1990n, currency: 'EUR' } } }],
    ['price form', { price: { kind: 'catalogue', priceId: 'p', productId: 'q' } }],
    ['paymentCurrency', { paymentCurrency: 'EUR' }],
    ['priceDataList', { priceDataList: [] }],
    ['paymentInstrumentId', { paymentInstrumentId: 'pi_other' }],
    ['paymentMethodType', { paymentMethodType: 'ALIPAY' }],
    ['returnUrl', { returnUrl: 'https://shop.example/other' }],
    ['merchantReferenceId', { merchantReferenceId: 'order-1' }],
    ['promotionCode', { promotionCode: 'TEA' }],
    ['metadata', { metadata: [] }],
    ['platformType', { platformType: 'WEB' }],
    ['deviceType', { deviceType: 'IOS' }],
  ];

  it.each(changes)('differs where %s differs', (_field, change) => {
    expect(fingerprintOf({ ...command, ...change })).not.toBe(fingerprintOf(command));
  });

  it('is that of an address as it was written, so that keys of earlier versions stay good', () => {
    const written = { ...command, returnUrl: 'https://shop.example/{cart}' };
    expect(fingerprintOf(written)).not.toBe(
      fingerprintOf({ ...command, returnUrl: 'https://shop.example/%7Bcart%7D' }),
    );
  });

  it('does not confuse a value that moved to another field', () => {
    const moved = { ...command, customerId: null, referenceCustomerId: 'cus_1' };
    expect(fingerprintOf(moved)).not.toBe(fingerprintOf(command));
  });
});
