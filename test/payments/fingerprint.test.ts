import type { CreatePaymentCommand } from '../../src/payments/charge.js';
import { fingerprintOf } from '../../src/payments/fingerprint.js';

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

  it('does not confuse a value that moved to another field', () => {
    const moved = { ...command, customerId: null, referenceCustomerId: 'cus_1' };
    expect(fingerprintOf(moved)).not.toBe(fingerprintOf(command));
  });
});
