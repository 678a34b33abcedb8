import {
  findUnnamed,
  isWorthAskingByCustomer,
  classifyLookup,
  type KnownOrders,
  type LookedUpPayment,
} from '../../../src/payments/reconcile/classify-lookup.js';
import type { OrderLookup, ProviderOrder } from '../../../src/payments/ports/order-provider.js';

const payment: LookedUpPayment = { id: 'pay_1', orderId: null, merchantReferenceId: 'pay_1', referenceIsOurs: true };
const withCallersReference: LookedUpPayment = { ...payment, merchantReferenceId: 'cart-7', referenceIsOurs: false };

const NOTHING_KNOWN: KnownOrders = { onceAmbiguous: [], ofOthers: new Set(), ofCustomer: null };

const classify = (looked: LookedUpPayment, lookup: OrderLookup, known: Partial<KnownOrders> = {}) =>
  classifyLookup(looked, lookup, { ...NOTHING_KNOWN, ...known });

function order(changes: Partial<ProviderOrder> = {}): ProviderOrder {
  return {
    orderId: 'order_1',
    merchantReferenceId: 'pay_1',
    gatewayPaymentId: 'pay_1',
    state: 'SUCCEEDED',
    failureCode: null,
    failureMessage: null,
    amount: null,
    createdAtMs: null,
    paidAtMs: null,
    sessionId: null,
    customerId: null,
    paymentInstrumentId: null,
    paymentMethodType: null,
    ...changes,
  };
}

function found(orders: ProviderOrder[], complete = true): OrderLookup {
  return { kind: 'found', orders, complete };
}

describe('classifyLookup', () => {
  it('matches by the payment id in the metadata', () => {
    expect(classify(payment, found([order()]))).toMatchObject({ kind: 'matched', order: { orderId: 'order_1' } });
  });

  it('matches an order without metadata by a reference that the gateway made', () => {
    expect(classify(payment, found([order({ gatewayPaymentId: null })]))).toMatchObject({ kind: 'matched' });
  });

  it('matches an order without metadata by the order id of the answer', () => {
    const answered = { ...withCallersReference, orderId: 'order_1' };
    const lookup = found([order({ gatewayPaymentId: null, merchantReferenceId: 'cart-7' })]);
    expect(classify(answered, lookup)).toMatchObject({ kind: 'matched' });
  });

  it('takes no order that bears the id of another payment', () => {
    const lookup = found([order({ gatewayPaymentId: 'pay_2' })]);
    expect(classify(payment, lookup)).toEqual({ kind: 'absent', clean: true });
  });

  it("calls an order without metadata under the caller's own reference ambiguous", () => {
    const lookup = found([order({ gatewayPaymentId: null, merchantReferenceId: 'cart-7' })]);
    expect(classify(withCallersReference, lookup)).toEqual({ kind: 'ambiguous', orderIds: ['order_1'] });
  });

  describe("where orders without metadata bear the caller's own reference", () => {
    const nameless = order({ gatewayPaymentId: null, merchantReferenceId: 'cart-7' });
    const another = order({ orderId: 'order_2', merchantReferenceId: 'cart-7', gatewayPaymentId: 'pay_2' });
    const onceAmbiguous = ['order_1'];

    it('takes one that another payment is known to have for no doubt', () => {
      const known = { ofOthers: new Set(['order_1']) };
      expect(classify(withCallersReference, found([nameless, another]), known)).toEqual({
        kind: 'absent',
        clean: true,
      });
    });

    it('still doubts about the others beside it', () => {
      const lookup = found([nameless, { ...nameless, orderId: 'order_3' }]);
      expect(classify(withCallersReference, lookup, { ofOthers: new Set(['order_1']) })).toEqual({
        kind: 'ambiguous',
        orderIds: ['order_3'],
      });
    });

    it.each([
      ['shown with the id of another payment', [{ ...nameless, gatewayPaymentId: 'pay_2' }, another], [], true],
      ['shown, and another payment is known to have it', [nameless, another], ['order_1'], true],
      ['not shown', [another], [], false],
      ['not shown, though another payment is known to have it', [another], ['order_1'], false],
    ])('calls a lookup clean or not when one that was ambiguous is %s', (_case, orders, others, clean) => {
      const known = { onceAmbiguous, ofOthers: new Set(others) };
      expect(classify(withCallersReference, found(orders), known)).toEqual({ kind: 'absent', clean });
    });

    it('matches one that was ambiguous once it shows the id of this payment', () => {
      const lookup = found([{ ...nameless, gatewayPaymentId: 'pay_1' }]);
      expect(classify(withCallersReference, lookup, { onceAmbiguous })).toMatchObject({ kind: 'matched' });
    });

    it('asks about those only whose owner the lookup does not tell', () => {
      const lookup = found([nameless, another, order({ orderId: 'order_9', gatewayPaymentId: null })]);
      expect(findUnnamed(withCallersReference, lookup)).toEqual(['order_1']);
      expect(findUnnamed(payment, lookup)).toEqual([]);
    });
  });

  describe("where the customer's orders were asked for as well", () => {
    const nothing = found([]);
    const rewritten = order({ merchantReferenceId: 'CART-7', customerId: 'cus_1' });

    it('matches by the payment id in their metadata, whatever became of the reference', () => {
      const known = { ofCustomer: found([order({ orderId: 'order_9', gatewayPaymentId: 'pay_9' }), rewritten]) };
      expect(classify(withCallersReference, nothing, known)).toMatchObject({ kind: 'matched', order: rewritten });
    });

    it('reports those that both lookups show as one', () => {
      const known = { ofCustomer: found([rewritten]) };
      expect(classify(withCallersReference, found([rewritten]), known)).toMatchObject({ kind: 'matched' });
    });

    it.each<[string, OrderLookup, boolean]>([
      ['are all of other payments', found([order({ gatewayPaymentId: 'pay_9' })]), true],
      ['are too many to read', found([], false), true],
      ['were not readable', { kind: 'unavailable', reason: 'timeout' }, false],
    ])('calls the lookup clean or not where they %s', (_case, ofCustomer, clean) => {
      expect(classify(withCallersReference, nothing, { ofCustomer })).toEqual({ kind: 'absent', clean });
    });

    it.each<[string, LookedUpPayment, OrderLookup, boolean]>([
      ["the caller's own reference shows nothing of the payment", withCallersReference, nothing, true],
      ['it shows others', withCallersReference, found([order({ gatewayPaymentId: 'pay_9' })]), true],
      ['it shows the payment', withCallersReference, found([order()]), false],
      ['the gateway made the reference', payment, nothing, false],
      ['the order is known', { ...withCallersReference, orderId: 'order_1' }, nothing, false],
      ['the provider does not answer', withCallersReference, { kind: 'unavailable', reason: 'timeout' }, false],
    ])('asks for them or not where %s', (_case, looked, lookup, asks) => {
      expect(isWorthAskingByCustomer(looked, lookup)).toBe(asks);
    });
  });

  it("finds its own among orders that share the caller's reference", () => {
    const lookup = found([
      order({ orderId: 'order_0', merchantReferenceId: 'cart-7', gatewayPaymentId: 'pay_0' }),
      order({ orderId: 'order_2', merchantReferenceId: 'cart-7', gatewayPaymentId: null }),
      order({ merchantReferenceId: 'cart-7' }),
    ]);
    expect(classify(withCallersReference, lookup)).toMatchObject({
      kind: 'matched',
      order: { orderId: 'order_1' },
    });
  });

  it('reports two orders with the id of one payment, and takes the one that is furthest on', () => {
    const lookup = found([order({ state: 'FAILED' }), order({ orderId: 'order_2' })]);
    expect(classify(payment, lookup)).toMatchObject({
      kind: 'chargedTwice',
      order: { orderId: 'order_2' },
      orderIds: ['order_1', 'order_2'],
    });
  });

  it.each([
    ['nothing was listed', found([]), true],
    ['pages are missing', found([], false), false],
    ['the filter was ignored', found([order({ merchantReferenceId: 'other', gatewayPaymentId: 'pay_9' })]), false],
  ])('calls a lookup where %s clean or not', (_case, lookup, clean) => {
    expect(classify(payment, lookup)).toEqual({ kind: 'absent', clean });
  });

  it.each([
    ['as it was given', 'cart-7', true],
    ['with letters of any language', 'Korb-ä-訂單', true],
    ['with blanks around it, which the provider may drop', ' cart-7 ', false],
    ['with letters that are not composed, which the provider may compose', 'Korb-a\u0308', false],
  ])('believes that nothing is listed under a reference or not: %s', (_case, merchantReferenceId, clean) => {
    const looked = { ...withCallersReference, merchantReferenceId };
    expect(classify(looked, found([]))).toEqual({ kind: 'absent', clean });
  });

  it('says so when the provider did not answer', () => {
    expect(classify(payment, { kind: 'unavailable', reason: 'timeout' })).toEqual({
      kind: 'unavailable',
      reason: 'timeout',
    });
  });

  it.each([
    ['that is first', ['SUCCEEDED', 'FAILED'], 'order_1'],
    ['that is last', ['PENDING', 'REFUNDED'], 'order_2'],
    ['that was named first of equals', ['SUCCEEDED', 'SUCCEEDED'], 'order_1'],
    ['whose status is known', [null, 'PENDING'], 'order_2'],
  ] as const)('takes of several orders the one %s', (_case, [first, second], orderId) => {
    const lookup = found([order({ state: first }), order({ orderId: 'order_2', state: second })]);
    expect(classify(payment, lookup)).toMatchObject({ kind: 'chargedTwice', order: { orderId } });
  });

  it('takes no order without metadata under another reference, nor beside the one of the answer', () => {
    const nameless = { orderId: 'order_2', gatewayPaymentId: null };
    const elsewhere = found([order({ ...nameless, merchantReferenceId: 'pay_9' })]);
    expect(classify(payment, elsewhere)).toEqual({ kind: 'absent', clean: false });
    expect(classify({ ...payment, orderId: 'order_1' }, found([order(nameless)]))).toMatchObject({
      kind: 'absent',
    });
  });

  it('asks about the owner of no order where the provider is silent or shows the payment’s own', () => {
    const lookup = found([order({ gatewayPaymentId: null, merchantReferenceId: 'cart-7' })]);
    expect(findUnnamed(withCallersReference, { kind: 'unavailable', reason: 'timeout' })).toEqual([]);
    expect(findUnnamed({ ...withCallersReference, orderId: 'order_9' }, lookup)).toEqual([]);
  });
});
