import type { Sandbox } from '../../../src/dev/sandbox/sandbox.js';
import { eventually, ledgerOf, pay, postPayment, setFaults, startTestSandbox } from './sandbox-harness.js';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.close());

describe('the ledger', () => {
  it('tells charges from orders that wait or failed', async () => {
    await pay(sandbox, { metadata: { gateway_payment_id: 'pay_a' } });
    await pay(sandbox, { metadata: { gateway_payment_id: 'pay_b' }, paymentInstrumentId: 'pi_card_declined' });
    await pay(sandbox, { metadata: { gateway_payment_id: 'pay_c' }, paymentInstrumentId: 'pi_card_3ds' });
    await pay(sandbox, { metadata: undefined, merchantReferenceId: undefined });

    const ledger = await ledgerOf(sandbox);

    expect(ledger.total).toBe(2);
    expect(ledger.byGatewayPaymentId).toEqual({ pay_a: 1 });
    expect(ledger.charges.map(({ gatewayPaymentId }) => gatewayPaymentId)).toEqual(['pay_a', null]);
    expect(ledger.orders.map(({ status }) => status)).toEqual(['success', 'failed', 'requires_action', 'success']);
    expect(ledger.charges[1]).toMatchObject({ merchantReferenceId: null, amount: 19.99, currency: 'USD' });
  });

  it('shows one payment alone', async () => {
    await pay(sandbox, { metadata: { gateway_payment_id: 'pay_a' } });
    await pay(sandbox, { metadata: { gateway_payment_id: 'pay_b' } });

    expect(await ledgerOf(sandbox, '?gatewayPaymentId=pay_b')).toMatchObject({
      total: 1,
      byGatewayPaymentId: { pay_b: 1 },
    });
    expect(await ledgerOf(sandbox, '?gatewayPaymentId=pay_x')).toMatchObject({ total: 0, orders: [] });
  });

  it('charges a pending payment after its moment, unless it was cleared by then', async () => {
    await pay(sandbox, { paymentInstrumentId: 'pi_pending', metadata: { gateway_payment_id: 'pay_cleared' } });
    await fetch(`${sandbox.url}/sandbox/ledger`, { method: 'DELETE' });
    await pay(sandbox, { paymentInstrumentId: 'pi_pending', metadata: { gateway_payment_id: 'pay_kept' } });

    const ledger = await eventually(
      () => ledgerOf(sandbox),
      ({ total }) => total > 0,
    );

    expect(ledger.byGatewayPaymentId).toEqual({ pay_kept: 1 });
  });

  it('keeps apart what bears the name of a built-in property', async () => {
    await pay(sandbox, { metadata: { gateway_payment_id: '__proto__' } });
    await pay(sandbox, { metadata: { gateway_payment_id: 'constructor' } });

    expect(Object.entries((await ledgerOf(sandbox)).byGatewayPaymentId)).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ]);
  });
});

describe('the faults', () => {
  const all = {
    lookups: { referencePrefix: '', ignoreFilter: false, hideMetadata: false, answer500: false, hideNewForMs: 0 },
    payments: { answer401: false, delayChargeMs: 0, delayAnswerMs: 0, rewriteReferences: [], chargeInstead: '' },
    webhooks: {
      duplicate: 1,
      shuffle: false,
      drop: [],
      delayMs: 0,
      stampedAheadMs: 0,
      signedAgoMs: 0,
      signEachTry: false,
      olderForm: false,
    },
  };

  it('are changed one by one and switched off together', async () => {
    await setFaults(sandbox, { lookups: { answer500: true } });
    const changed = await setFaults(sandbox, { webhooks: { duplicate: 3 } });
    const reset = await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });

    expect(await changed.json()).toEqual({
      ...all,
      lookups: { ...all.lookups, answer500: true },
      webhooks: { ...all.webhooks, duplicate: 3 },
    });
    expect(await reset.json()).toEqual(all);
    expect(await (await fetch(`${sandbox.url}/sandbox/faults`)).json()).toEqual(all);
  });

  it('keep a charge waiting before it is made, and an answer after it', async () => {
    await setFaults(sandbox, { payments: { delayChargeMs: 60_000 } });
    const uncharged = pay(sandbox).catch(() => 'cut');
    await setFaults(sandbox, { payments: { delayChargeMs: 0, delayAnswerMs: 60_000 } });
    const unanswered = pay(sandbox, { metadata: { gateway_payment_id: 'pay_2' } }).catch(() => 'cut');
    const ledger = await eventually(
      () => ledgerOf(sandbox),
      ({ total }) => total > 0,
    );
    await sandbox.close();

    expect(ledger.byGatewayPaymentId).toEqual({ pay_2: 1 });
    expect(await Promise.all([uncharged, unanswered])).toEqual(['cut', 'cut']);
  });

  it.each([
    ['cut', `${'r'.repeat(64)}${'s'.repeat(6)}`, 'r'.repeat(64)],
    ['upperCase', 'Cart-7', 'CART-7'],
    ['escape', 'R&D', 'R&amp;D'],
    ['foldBlanks', 'cart  7\t8', 'cart 7 8'],
    ['ascii', 'café-7', 'caf-7'],
  ])('keep a reference of the caller’s own in another form: %s', async (form, sent, kept) => {
    await setFaults(sandbox, { payments: { rewriteReferences: [form] } });
    await pay(sandbox, { merchantReferenceId: sent });
    await pay(sandbox, { merchantReferenceId: 'pay_1', metadata: { gateway_payment_id: 'pay_1' } });

    const references = (await ledgerOf(sandbox)).orders.map(({ merchantReferenceId }) => merchantReferenceId);
    expect(references).toEqual([kept, 'pay_1']);
  });

  it('refuse the key and charge nothing', async () => {
    await setFaults(sandbox, { payments: { answer401: true } });

    expect((await postPayment(sandbox)).status).toBe(401);
    expect(await ledgerOf(sandbox)).toMatchObject({ total: 0, orders: [] });
  });

  it('charge another amount than was asked for, and say so', async () => {
    await setFaults(sandbox, { payments: { chargeInstead: '100 JPY' } });
    const { data } = await pay(sandbox);

    expect(data).toMatchObject({ status: 1, amount: 100, currency: 'JPY' });
    expect((await ledgerOf(sandbox)).charges).toMatchObject([{ amount: 100, currency: 'JPY' }]);
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'Faults are a JSON object.'],
    ['an unknown group', { lookup: {} }, 'There is no fault lookup: use lookups, payments, webhooks.'],
    ['a group of no object', { payments: 3 }, 'Faults are a JSON object.'],
    [
      'an unknown name',
      { payments: { delay: 1 } },
      'There is no fault delay: use answer401, delayChargeMs, delayAnswerMs, rewriteReferences, chargeInstead.',
    ],
    [
      'an unknown form of references',
      { payments: { rewriteReferences: ['cut', 'lowerCase'] } },
      'rewriteReferences lists cut, upperCase, escape, foldBlanks, ascii.',
    ],
    [
      'an amount of no currency',
      { payments: { chargeInstead: '1.00' } },
      'chargeInstead must be an amount like "1.00 USD".',
    ],
    [
      'half a millisecond',
      { payments: { delayChargeMs: 0.5 } },
      'delayChargeMs must be a whole number from 0 to 86400000.',
    ],
    ['a text for a switch', { webhooks: { shuffle: 'yes' } }, 'shuffle must be a boolean.'],
    ['a switch for a text', { lookups: { referencePrefix: true } }, 'referencePrefix must be a string.'],
    ['a switch for a list', { webhooks: { drop: true } }, 'drop must be a list of texts.'],
  ])('are refused where there is %s', async (_case, faults, error) => {
    const response = await setFaults(sandbox, faults);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error });
    expect(await (await fetch(`${sandbox.url}/sandbox/faults`)).json()).toEqual(all);
  });

  it("can't be posted by a form of a foreign page", async () => {
    const body = JSON.stringify({ lookups: { answer500: true } });
    const headers = { 'Content-Type': 'text/plain' };
    const response = await fetch(`${sandbox.url}/sandbox/faults`, { method: 'POST', headers, body });

    expect(response.status).toBe(415);
    expect(await response.json()).toEqual({ error: 'Faults are sent as application/json.' });
  });
});
