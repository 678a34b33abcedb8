import { randomUUID } from 'node:crypto';
import { createReconciler, type ReconcilerOptions } from '../../../src/payments/reconcile/reconciler.js';
import type { NewClaim } from '../../../src/payments/ports/payment-store.js';
import type { PaymentState } from '../../../src/payments/model/status.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { answerJson, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';
import { createTestClient, type TestClient } from '../../clink/support/test-client.js';
import { claimedPayment, newUpdate } from '../../store/support/payments.fixture.js';
import { serverOptions } from '../../store/support/test-store-options.js';
import { usePostgres } from '../../store/support/test-stores.js';
import { newOrderId, readPayment } from '../../store/support/webhook-inbox.fixture.js';

interface Row {
  readonly orderId: string;
  readonly merchantReferenceId: string;
  readonly customerId: string | null;
  readonly metadata: object;
  readonly status: string;
}

/** What the provider has; its lookups show what matches. */
const ledger: Row[] = [];
let keep: (reference: string) => string;
let list: (rows: readonly Row[], reference: string | null) => { readonly total: number; readonly rows: readonly Row[] };
const listAll: typeof list = (rows) => ({ total: rows.length, rows });
let provider: FakeClink;
let orders: TestClient;
let store: Store;
let databaseUrl: string;
const server = usePostgres();

beforeAll(async () => {
  provider = await startFakeClink((response, { url }) => {
    const query = new URL(url, 'http://clink').searchParams;
    const rows = ledger.filter((row) => matches(row, query));
    answerJson(response, { code: 200, ...list(rows, query.get('merchantReferenceId')) });
  });
  orders = createTestClient({ baseUrl: provider.baseUrl, clock: systemClock });
  databaseUrl = await server().createDatabase();
  store = await openStore(serverOptions(databaseUrl));
}, 120_000);
beforeEach(async () => {
  keep = (reference) => reference;
  list = listAll;
  ledger.length = 0;
  alarms.length = 0;
  await sql('TRUNCATE payments CASCADE');
});
afterAll(async () => {
  await store.close();
  await orders.close();
  await provider.close();
});

function matches({ merchantReferenceId, customerId }: Row, query: URLSearchParams): boolean {
  return (
    merchantReferenceId === (query.get('merchantReferenceId') ?? merchantReferenceId) &&
    customerId === (query.get('customerId') ?? customerId)
  );
}

const STRANGERS: Row = {
  ...{ orderId: 'order_of_a_stranger', merchantReferenceId: 'a stranger’s', customerId: null, status: 'success' },
  metadata: { gateway_payment_id: 'pay_of_a_stranger' },
};
const HOUR_MS = 3_600_000;
/** A claim of two hours ago, by the database's clock and by the gateway's. */
const LONG_AGO = { sendWindowMs: -2 * HOUR_MS, gatewayTimeMs: Date.now() - 2 * HOUR_MS };
/** A claim of a moment ago. */
const JUST_NOW = { sendWindowMs: 5_000, gatewayTimeMs: Date.now() };
const CALLERS = { customer: { customerId: null, referenceCustomerId: null }, referenceIsOurs: false };

/** A payment without an outcome, of the caller's own reference or of one that the gateway made. */
async function unanswered(reference: string | null, claim: Partial<NewClaim> = {}): Promise<string> {
  const own = reference === null ? {} : { ...CALLERS, merchantReferenceId: reference };
  const paymentId = await claimedPayment(store, { ...LONG_AGO, ...own, ...claim });
  await store.payments.record(paymentId, newUpdate({ state: 'UNKNOWN' }));
  return paymentId;
}

async function answered(reference: string | null): Promise<string> {
  const paymentId = await unanswered(reference);
  const { orderId } = charge(paymentId, reference ?? paymentId);
  await store.payments.record(paymentId, newUpdate({ fields: { orderId } }));
  return paymentId;
}

function charge(paymentId: string, reference: string, customerId: string | null = null): Row {
  const metadata = { gateway_payment_id: paymentId };
  const row = { orderId: newOrderId(), merchantReferenceId: keep(reference), customerId, metadata, status: 'success' };
  ledger.push(row);
  return row;
}

const alarms: object[] = [];
const OPTIONS: ReconcilerOptions = { firstPauseMs: 10, providerTimeoutMs: 5_000, graceMs: 0, sendWindowMs: 5_000 };

/** The payment's state after each of so many lookups. */
async function lookUp(paymentId: string, times: number, world: Partial<World> = {}): Promise<PaymentState[]> {
  const { clock = systemClock, options = OPTIONS } = world;
  const log = { info: () => undefined, alarm: (event: string, details: object) => alarms.push({ event, ...details }) };
  const reconciler = createReconciler({
    ...{ store: store.payments, reconciliation: store.reconciliation, orders, clock, log, options },
  });
  const states: PaymentState[] = [];
  for (let round = 0; round < times; round++) {
    await sql('UPDATE payments SET reconcile_after = now() WHERE reconcile_after IS NOT NULL');
    await reconciler.run(new AbortController().signal);
    states.push((await readPayment(store, paymentId)).state);
  }
  return states;
}

interface World {
  readonly clock: Clock;
  readonly options: ReconcilerOptions;
}

const sql = (text: string): Promise<object[]> => server().sql(databaseUrl, text);
const ABSENT = ['UNKNOWN', 'UNKNOWN', 'FAILED_INFERRED'];
const UNKNOWN = ['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN'];

function ahead(byMs: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + byMs };
}

describe('that a payment never reached the provider', () => {
  it('is concluded by the third lookup that shows no order of it', async () => {
    await answered(null);

    expect(await lookUp(await unanswered(null), 3)).toEqual(ABSENT);
  });

  it('is not concluded where lookups have found no answered payment', async () => {
    expect(await lookUp(await unanswered(null), 5)).toEqual(UNKNOWN);
  });

  it('is not concluded where lookups do not show an answered payment any more', async () => {
    await answered(null);
    ledger.length = 0;

    expect(await lookUp(await unanswered(null), 5)).toEqual(UNKNOWN);
  });

  it.each([
    ['is cut short', (rows: readonly Row[]) => ({ total: rows.length + 1, rows })],
    ['has an order of another reference', (rows: readonly Row[]) => listAll([...rows, STRANGERS], null)],
  ])('is not concluded by lookups whose list %s, though all others are whole', async (_case, unclean) => {
    await answered(null);
    const paymentId = await unanswered(null);
    list = (rows, reference) => (reference === paymentId ? unclean(rows) : listAll(rows, reference));

    expect(await lookUp(paymentId, 5)).toEqual(UNKNOWN);
  });

  it('is not concluded while it may be on its way by the database’s clock, whatever the gateway’s says', async () => {
    await answered(null);
    const paymentId = await unanswered(null, { sendWindowMs: JUST_NOW.sendWindowMs });

    expect(await lookUp(paymentId, 5, { clock: ahead(HOUR_MS) })).toEqual(UNKNOWN);
  });

  it('is not concluded while it may be on its way by the gateway’s clock, whatever the database’s says', async () => {
    await answered(null);
    const paymentId = await unanswered(null, { gatewayTimeMs: JUST_NOW.gatewayTimeMs });

    expect(await lookUp(paymentId, 5, { options: { ...OPTIONS, providerTimeoutMs: 600_000 } })).toEqual(UNKNOWN);
  });

  it.each([
    ['the database’s', 'first_clean_lookup_at', 'first_clean_lookup_by_gateway_at'],
    ['the gateway’s', 'first_clean_lookup_by_gateway_at', 'first_clean_lookup_at'],
  ])(
    'is not concluded as long as the grace has not passed since the first clean lookup by %s clock',
    async (...names) => {
      const [, late, early] = names;
      const options = { ...OPTIONS, firstPauseMs: 5_000, graceMs: 600_000 };
      await answered(null);
      const paymentId = await unanswered(null);
      await sql(`UPDATE payments SET created_at = created_at - interval '1 hour'`);
      expect(await lookUp(paymentId, 5, { options })).toEqual(UNKNOWN);

      await sql(`UPDATE payments SET ${early} = ${early} - interval '1 hour'`);
      expect(await lookUp(paymentId, 1, { options })).toEqual(['UNKNOWN']);

      await sql(`UPDATE payments SET ${late} = ${late} - interval '1 hour'`);
      expect(await lookUp(paymentId, 1, { options })).toEqual(['FAILED_INFERRED']);
    },
  );

  it('is concluded where earlier lookups were counted by a version that kept no time of the first', async () => {
    await answered(null);
    const paymentId = await unanswered(null);
    await sql('UPDATE payments SET clean_lookups = 7');

    expect(await lookUp(paymentId, 1)).toEqual(['FAILED_INFERRED']);
  });

  it('is concluded of payments that were made before gateways recorded their time', async () => {
    await answered(null);
    const paymentId = await unanswered(null);
    await sql('UPDATE payments SET sent_by_gateway_at = NULL');
    expect(await lookUp(paymentId, 4)).toEqual(UNKNOWN.slice(1));

    await sql(
      `UPDATE payments SET first_clean_lookup_by_gateway_at = first_clean_lookup_by_gateway_at - interval '1 hour'`,
    );
    expect(await lookUp(paymentId, 1)).toEqual(['FAILED_INFERRED']);
  });

  it('is concluded, after the grace, where a clock was an hour ahead at the claim', async () => {
    await answered(null);
    const paymentId = await unanswered(null, { sendWindowMs: HOUR_MS, gatewayTimeMs: Date.now() + HOUR_MS });
    expect(await lookUp(paymentId, 3)).toEqual(UNKNOWN.slice(2));

    const aMinuteAgo = (column: string): string => `${column} = ${column} - interval '1 minute'`;
    await sql(
      `UPDATE payments SET ${aMinuteAgo('first_clean_lookup_at')}, ${aMinuteAgo('first_clean_lookup_by_gateway_at')}`,
    );
    expect(await lookUp(paymentId, 1)).toEqual(['FAILED_INFERRED']);
  });

  it.each(['first_clean_lookup_at', 'first_clean_lookup_by_gateway_at'])(
    'is concluded, after the grace, where the clock that told %s was an hour ahead',
    async (column) => {
      const options = { ...OPTIONS, firstPauseMs: 5_000, graceMs: 600_000 };
      const later = (by: string): string =>
        ['first_clean_lookup_at', 'first_clean_lookup_by_gateway_at']
          .map((name) => `${name} = ${name} - interval '${by}'`)
          .join(', ');
      await answered(null);
      const paymentId = await unanswered(null);
      await sql(`UPDATE payments SET created_at = created_at - interval '1 hour'`);
      expect(await lookUp(paymentId, 5, { options })).toEqual(UNKNOWN);
      await sql(`UPDATE payments SET ${column} = ${column} + interval '1 hour'`);
      expect(await lookUp(paymentId, 1, { options })).toEqual(['UNKNOWN']);

      await sql(`UPDATE payments SET ${later('11 minutes')}`);
      expect(await lookUp(paymentId, 1, { options })).toEqual(['FAILED_INFERRED']);
    },
  );

  it('is not brought forward by lookups in quick succession: they count once the pauses are longer', async () => {
    const paymentId = await unanswered(null);
    const counts: unknown[] = [];
    for (let round = 0; round < 7; round++) {
      await lookUp(paymentId, 1, { options: { ...OPTIONS, firstPauseMs: 1_000, graceMs: 900_000 } });
      counts.push((await sql('SELECT clean_lookups FROM payments'))[0]);
    }

    expect(counts).toEqual([0, 0, 0, 0, 1, 2, 3].map((count) => ({ clean_lookups: count })));
  });

  describe('of a reference that the caller made', () => {
    it('is concluded where lookups find an answered payment of such a reference', async () => {
      await answered('cart-17');
      await answered(null);

      expect(await lookUp(await unanswered('cart-8'), 3)).toEqual(ABSENT);
      expect(alarms).toEqual([]);
    });

    it.each([
      ['none', []],
      ['one that the gateway made', [null]],
      ['one of another kind', ['cart_0000017', 'cart17']],
    ])('is left open, and to a person, where the answered payments have %s', async (_case, references) => {
      for (const reference of references) await answered(reference);
      const paymentId = await unanswered('cart-8');

      expect(await lookUp(paymentId, 5)).toEqual(UNKNOWN);

      expect(alarms).toEqual([expect.objectContaining({ paymentId, reason: 'ABSENCE_NOT_PROVED' })]);
      expect(await store.reconciliation.listFlagged()).toMatchObject([{ reason: 'ABSENCE_NOT_PROVED' }]);
    });

    it.each<[string, string, (reference: string) => string]>([
      ['cut off', `order-${'7'.repeat(70)}`, (reference) => reference.slice(0, 64)],
      ['in capital letters', 'Cart-8', (reference) => reference.toUpperCase()],
      ['without what is not ASCII', 'Körbe-8', (reference) => reference.replace(/[^\x20-\x7e]/g, '')],
      ['escaped', 'this & that', (reference) => reference.replaceAll('&', '&amp;')],
      ['with its blanks folded', 'this  and that', (reference) => reference.replace(/ +/g, ' ')],
    ])('is never concluded where the provider keeps the reference %s', async (_case, reference, form) => {
      keep = form;
      await answered('ordinary0017');
      await answered(`${reference} and longer`);
      await answered(null);
      const paymentId = await unanswered(reference);
      charge(paymentId, reference);

      expect(await lookUp(paymentId, 5)).toEqual(UNKNOWN);

      expect(alarms).toEqual([expect.objectContaining({ paymentId, reason: 'ABSENCE_NOT_PROVED' })]);
    });

    it('is recorded with the flag once a payment of such a reference is answered', async () => {
      const paymentId = await unanswered('cart-8');
      await lookUp(paymentId, 3);
      await answered('cart-9');

      expect(await lookUp(paymentId, 1)).toEqual(['FAILED_INFERRED']);

      expect(await store.reconciliation.listFlagged()).toEqual([]);
    });

    it('is not thought of where the customer’s orders show it under the reference’s other form', async () => {
      keep = (reference) => reference.toUpperCase();
      const customer = { customerId: `cus_${randomUUID()}`, referenceCustomerId: null };
      const paymentId = await unanswered('cart-8', { customer });
      charge(await unanswered('cart-9', { customer }), 'cart-9', customer.customerId);
      const { orderId } = charge(paymentId, 'cart-8', customer.customerId);

      expect(await lookUp(paymentId, 1)).toEqual(['SUCCEEDED']);

      expect(await readPayment(store, paymentId)).toMatchObject({ orderId });
      expect(alarms).toEqual([]);
    });

    it('is found to be wrong by a late look at the customer’s orders', async () => {
      const customer = { customerId: `cus_${randomUUID()}`, referenceCustomerId: null };
      await answered('cart-9');
      const paymentId = await unanswered('cart-8', { customer });
      expect(await lookUp(paymentId, 3)).toEqual(ABSENT);
      charge(paymentId, 'CART-8', customer.customerId);

      expect(await lookUp(paymentId, 1)).toEqual(['SUCCEEDED']);

      expect(alarms).toEqual([expect.objectContaining({ paymentId, reason: 'FOUND_AFTER_FAILURE' })]);
    });
  });
});

describe('a payment whose sender died while the database’s clock was an hour ahead', () => {
  async function runReconciler(): Promise<PaymentState> {
    const [{ id }] = (await sql('SELECT id FROM payments')) as [{ id: string }];
    const log = { info: () => undefined, alarm: () => undefined };
    const reconciler = createReconciler({
      ...{
        store: store.payments,
        reconciliation: store.reconciliation,
        orders,
        clock: systemClock,
        log,
        options: OPTIONS,
      },
    });
    for (let round = 0; round < 2; round++) await reconciler.run(new AbortController().signal);
    return (await readPayment(store, id)).state;
  }

  it('is found once the clock is right again', async () => {
    const paymentId = await claimedPayment(store, { ...LONG_AGO, sendWindowMs: HOUR_MS });
    charge(paymentId, paymentId);

    expect(await runReconciler()).toBe('SUCCEEDED');
  });

  it('is left to its sender as long as that may be at it, by the gateway’s clock', async () => {
    const paymentId = await claimedPayment(store, { ...JUST_NOW, sendWindowMs: HOUR_MS, gatewayTimeMs: Date.now() });
    charge(paymentId, paymentId);

    expect(await runReconciler()).toBe('PROCESSING');
  });

  it('is found, too, where its outcome was unknown by then', async () => {
    const paymentId = await unanswered(null);
    charge(paymentId, paymentId);
    await sql(`UPDATE payments SET reconcile_after = now() + interval '1 hour'`);

    expect(await runReconciler()).toBe('SUCCEEDED');
  });

  it.each(['PENDING', 'REQUIRES_ACTION'] as const)('is found, too, where it was %s by then', async (state) => {
    await waiting(state);
    await sql(`UPDATE payments SET reconcile_after = now() + interval '1 hour'`);

    expect(await runReconciler()).toBe('SUCCEEDED');
  });

  it('is not looked up before its pause is over, where it waits for its payer for long', async () => {
    await waiting('PENDING');
    await sql(`UPDATE payments SET reconcile_attempts = 6, reconcile_after = now() + interval '1 hour'`);

    expect(await runReconciler()).toBe('PENDING');
  });

  /** The provider has charged it since. */
  async function waiting(state: 'PENDING' | 'REQUIRES_ACTION'): Promise<void> {
    const paymentId = await claimedPayment(store, LONG_AGO);
    charge(paymentId, paymentId);
    await store.payments.record(paymentId, newUpdate({ state }));
  }
});
