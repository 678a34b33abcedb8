import { createPaymentChanges, type ClosablePaymentChanges } from '../../../src/events/payment-changes.js';
import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import { conflictSituationOf } from '../../../src/payments/create-payment/create-payment.outcome.js';
import type { CreatePaymentCommand } from '../../../src/payments/model/create-payment-command.js';
import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { PaymentStore } from '../../../src/payments/ports/payment-store.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { paymentIdOf } from '../../../src/shared/ids.js';
import { command as commandWith } from '../../clink/support/test-client.js';
import { newUpdate } from '../../store/support/payments.fixture.js';
import { silentLog } from '../../store/support/test-store-options.js';
import { describeStore } from '../../store/support/test-stores.js';
import { newEvent } from '../../store/support/webhook-inbox.fixture.js';
import {
  neverSent,
  NO_RATES,
  openService,
  orderOf,
  paid,
  scriptedProvider,
  storeWith,
  type ScriptedProvider,
} from './payment-service.fixture.js';

const LONG_MS = 60_000;
const ALL = { limit: 100, after: null };
const NO_FILTER = { statuses: null, createdFromMs: null, createdBeforeMs: null, merchantReferenceId: null };

/** A hundred times as fast with its sleeps. */
const hastyClock: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs / 100, signal),
};

let callers = 0;

/** A service with no payment yet. */
function newCaller(): Caller {
  callers += 1;
  return { ...LOCAL_CALLER, scope: `client:shop-${callers}` };
}

/** Opens when the test says so. */
function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

const connectFails = () => neverSent('connectFailed');
const unavailable = () => Promise.reject(new StoreUnavailableError('The database did not answer.'));

describeStore('createPayment', (store) => {
  let changes: ClosablePaymentChanges;
  let caller: Caller;
  beforeAll(() => {
    changes = createPaymentChanges({ source: store().changes, clock: systemClock, log: silentLog });
  });
  beforeEach(() => {
    caller = newCaller();
  });
  afterAll(() => changes.close());

  const command = (fields: Partial<CreatePaymentCommand> = {}) =>
    commandWith({ idempotencyKey: 'the-key-of-this-test', ...fields });
  const idOf = ({ idempotencyKey }: CreatePaymentCommand, { scope } = caller) => paymentIdOf(scope, idempotencyKey);
  const open = (provider: ScriptedProvider, options: Partial<Parameters<typeof openService>[0]> = {}) =>
    openService({ store: store().payments, provider, changes, ...options });
  const rowsOf = async ({ scope } = caller): Promise<Payment[]> => {
    const listed = await store().payments.listPayments(scope, { ...ALL, filter: NO_FILTER });
    return listed.map(({ payment }) => payment);
  };
  const sourcesOf = ({ timeline }: Payment) => timeline.map(({ source }) => source);
  /** Resolves once the caller's one payment has come to the state. */
  const stateReached = async (state: Payment['state']): Promise<void> => {
    const watch = changes.watch(idOf(command()));
    const deadlineMs = performance.now() + LONG_MS;
    while ((await rowsOf())[0]?.state !== state) {
      if (performance.now() > deadlineMs) throw new Error(`the payment did not become ${state}`);
      await watch.changed(100);
    }
    watch.close();
  };

  it('claims before it sends', async () => {
    const rows: Payment[] = [];
    const provider = scriptedProvider(async (request) => {
      rows.push(...(await rowsOf()));
      return paid(request);
    });

    const outcome = await open(provider).createPayment(command(), caller);

    expect(rows).toMatchObject([{ id: idOf(command()), state: 'PROCESSING', epoch: 1, orderId: null }]);
    expect(provider.sent).toEqual([
      { paymentId: idOf(command()), merchantReferenceId: idOf(command()), command: command() },
    ]);
    expect(outcome).toMatchObject({ kind: 'created', replayed: false, payment: { state: 'SUCCEEDED' } });
  });

  it('records what the provider answers', async () => {
    const outcome = await open(scriptedProvider(paid)).createPayment(command(), caller);

    const [row, ...others] = await rowsOf();
    expect(others).toEqual([]);
    expect(outcome).toEqual({ kind: 'created', replayed: false, payment: row });
    expect(row).toMatchObject({ state: 'SUCCEEDED', orderId: orderOf(idOf(command())), epoch: 1 });
    expect(row && sourcesOf(row)).toEqual(['CREATE_PAYMENT', 'PROVIDER_ANSWER']);
  });

  it('answers a repeated call with the first’s payment', async () => {
    const provider = scriptedProvider(paid);
    const service = open(provider);
    await service.createPayment(command(), caller);
    const before = await rowsOf();

    const repeated = await service.createPayment(command(), caller);

    expect(repeated).toEqual({ kind: 'created', replayed: true, payment: before[0] });
    expect(await rowsOf()).toEqual(before);
    expect(provider.sent).toHaveLength(1);
  });

  it('sends once for many calls at one time, through several gateways', async () => {
    const provider = scriptedProvider(paid);
    const gateways = Array.from({ length: 20 }, () => open(provider, { inFlightWaitMs: LONG_MS }));

    const outcomes = await Promise.all(gateways.map((gateway) => gateway.createPayment(command(), caller)));

    const rows = await rowsOf();
    expect(rows).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'created' && !outcome.replayed)).toHaveLength(1);
    expect(outcomes).toEqual(
      outcomes.map(() => ({ kind: 'created', replayed: expect.any(Boolean) as boolean, payment: rows[0] })),
    );
    expect(provider.sent).toHaveLength(1);
  });

  it('waits for the outcome that is under way', async () => {
    const [asked, answer] = [newGate(), newGate()];
    const provider = scriptedProvider(async (request) => {
      asked.open();
      await answer.opened;
      return paid(request);
    });
    const service = open(provider, { inFlightWaitMs: LONG_MS });
    const first = service.createPayment(command(), caller);
    await asked.opened;

    const second = service.createPayment(command(), caller);
    answer.open();

    const outcomes = await Promise.all([first, second]);
    const [row] = await rowsOf();
    expect(outcomes).toEqual([false, true].map((replayed) => ({ kind: 'created', replayed, payment: row })));
    expect(provider.sent).toHaveLength(1);
  });

  it('waits a bounded time, and shows the payment under way then', async () => {
    const [asked, answer] = [newGate(), newGate()];
    const provider = scriptedProvider(async (request) => {
      asked.open();
      await answer.opened;
      return paid(request);
    });
    const service = open(provider, { inFlightWaitMs: 20 });
    const first = service.createPayment(command(), caller);
    await asked.opened;

    const second = await service.createPayment(command(), caller);

    expect(second).toEqual({ kind: 'created', replayed: true, payment: (await rowsOf())[0] });
    expect(second).toMatchObject({ payment: { state: 'PROCESSING' } });
    answer.open();
    await first;
    expect(provider.sent).toHaveLength(1);
  });

  it('refuses another input under the same key and says what became of the first', async () => {
    const provider = scriptedProvider(paid);
    const service = open(provider);
    await service.createPayment(command(), caller);
    const before = await rowsOf();

    const outcome = await service.createPayment(command({ paymentInstrumentId: 'pi_another' }), caller);

    expect(outcome).toEqual({ kind: 'conflict', code: 'KEY_REUSED', payment: before[0] });
    expect(conflictSituationOf(before[0] ?? null)).toBe('CHARGED');
    expect(await rowsOf()).toEqual(before);
    expect(provider.sent).toHaveLength(1);
  });

  it('refuses a key that has expired, whatever the input', async () => {
    const provider = scriptedProvider(paid);
    const service = open(provider);
    await service.createPayment(command(), caller);
    await store().reconciliation.expireKeys(-1_000);

    const outcomes = [
      await service.createPayment(command(), caller),
      await service.createPayment(command({ paymentInstrumentId: 'pi_another' }), caller),
    ];

    const [row] = await rowsOf();
    expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'conflict', code: 'KEY_EXPIRED', payment: row })));
    expect(row).toMatchObject({ idempotencyKey: null, state: 'SUCCEEDED' });
    expect(provider.sent).toHaveLength(1);
  });

  it('never sends past the send deadline', async () => {
    let lateMs = 0;
    const clock: Clock = {
      ...systemClock,
      now: () => Date.now() + lateMs,
      monotonicNow: () => performance.now() + lateMs,
    };
    const slowStore = storeWith(store().payments, {
      claim: async (claim) => {
        const answer = await store().payments.claim(claim);
        lateMs += claim.sendWindowMs;
        return answer;
      },
    });
    const provider = scriptedProvider(paid);

    const outcome = await open(provider, { store: slowStore, clock }).createPayment(command(), caller);

    expect(outcome).toEqual({ kind: 'unavailable', code: 'PROVIDER_UNAVAILABLE', retryAtMs: null });
    const detail = 'The time to send ran out before the request could be written; nothing was sent.';
    expect(await rowsOf()).toMatchObject([{ state: 'RELEASED', orderId: null, timeline: [{}, { detail }] }]);
    expect(provider.sent).toEqual([]);
  });

  it('gives back what was never sent, and the next call sends it', async () => {
    const provider = scriptedProvider(connectFails, paid);
    const service = open(provider);

    const first = await service.createPayment(command(), caller);

    expect(first).toEqual({ kind: 'unavailable', code: 'PROVIDER_UNAVAILABLE', retryAtMs: null });
    const [released] = await rowsOf();
    expect(released).toMatchObject({ state: 'RELEASED', epoch: 1 });
    expect(provider.sent).toHaveLength(0);

    const second = await service.createPayment(command(), caller);

    const rows = await rowsOf();
    expect(rows).toMatchObject([{ id: released?.id, state: 'SUCCEEDED', epoch: 2 }]);
    expect(rows[0]?.claimId).not.toBe(released?.claimId);
    expect(second).toEqual({ kind: 'created', replayed: false, payment: rows[0] });
    expect(provider.sent).toHaveLength(1);
  });

  it('sends what was given back through one of many callers', async () => {
    await open(scriptedProvider(connectFails)).createPayment(command(), caller);
    const provider = scriptedProvider(paid);
    const gateways = Array.from({ length: 10 }, () => open(provider, { inFlightWaitMs: LONG_MS }));

    const outcomes = await Promise.all(gateways.map((gateway) => gateway.createPayment(command(), caller)));

    const rows = await rowsOf();
    expect(rows).toMatchObject([{ state: 'SUCCEEDED', epoch: 2 }]);
    expect(outcomes.map((outcome) => 'payment' in outcome && outcome.payment)).toEqual(outcomes.map(() => rows[0]));
    expect(provider.sent).toHaveLength(1);
  });

  it('sends nothing again before the provider’s wait is over', async () => {
    const provider = scriptedProvider(() => ({ kind: 'turnedAway', reason: 'rateLimited', retryAfterMs: 3_600_000 }));
    const service = open(provider);
    const startedAtMs = Date.now();

    const outcomes = [await service.createPayment(command(), caller), await service.createPayment(command(), caller)];

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'unavailable', code: 'PROVIDER_UNAVAILABLE' });
      const { retryAtMs } = outcome as { retryAtMs: number };
      expect(retryAtMs - startedAtMs).toBeGreaterThan(3_500_000);
      expect(retryAtMs - Date.now()).toBeLessThanOrEqual(3_600_000);
    }
    expect(await rowsOf()).toMatchObject([{ state: 'RELEASED', epoch: 1 }]);
    expect(provider.sent).toHaveLength(1);
  });

  it('does not say that nothing was charged where an event has brought an order meanwhile', async () => {
    const provider = scriptedProvider(async ({ paymentId }) => {
      await store().payments.record(
        paymentId,
        newUpdate({ source: 'WEBHOOK', fields: { orderId: orderOf(paymentId) } }),
      );
      return { kind: 'turnedAway', reason: 'unauthorized', retryAfterMs: null };
    });

    const outcome = await open(provider).createPayment(command(), caller);

    const [row] = await rowsOf();
    expect(row).toMatchObject({ state: 'SUCCEEDED', orderId: orderOf(idOf(command())) });
    expect(outcome).toEqual({ kind: 'created', replayed: false, payment: row });
  });

  it('answers a refusal again to each repeated call', async () => {
    const rejection = { providerCode: '90101206', providerMessage: 'Not matched' };
    const provider = scriptedProvider(() => ({ kind: 'refused', rejection }));
    const service = open(provider);

    const outcomes = [await service.createPayment(command(), caller), await service.createPayment(command(), caller)];

    const [row] = await rowsOf();
    expect(row).toMatchObject({ state: 'FAILED', rejection, failure: { code: '90101206', retry: 'USE_NEW_KEY' } });
    expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'rejected', payment: row, ...rejection })));
    expect(provider.sent).toHaveLength(1);
  });

  it('says UNKNOWN for what may have been charged, and never sends it again', async () => {
    const provider = scriptedProvider(() => ({ kind: 'unknown', reason: 'timeout', orderId: null }));
    const service = open(provider);
    const startedAtMs = Date.now();

    const outcomes = [await service.createPayment(command(), caller), await service.createPayment(command(), caller)];

    const [row] = await rowsOf();
    expect(row).toMatchObject({ state: 'UNKNOWN', epoch: 1 });
    expect(outcomes).toMatchObject(outcomes.map(() => ({ kind: 'unknown', payment: row })));
    for (const { checkAgainAtMs } of outcomes as { checkAgainAtMs: number }[])
      expect(checkAgainAtMs).toBeGreaterThanOrEqual(startedAtMs + 15_000);
    expect(provider.sent).toHaveLength(1);
  });

  it('sends nothing when the store can’t be reached', async () => {
    const provider = scriptedProvider(paid);
    const lost = open(provider, { store: storeWith(store().payments, { claim: unavailable }) });

    expect(await lost.createPayment(command(), caller)).toEqual({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
      retryAtMs: null,
    });
    expect(await rowsOf()).toEqual([]);
    expect(provider.sent).toEqual([]);
  });

  it('gives back a claim that was written although the store did not confirm it', async () => {
    const provider = scriptedProvider(paid);
    const claim: PaymentStore['claim'] = (asked) => store().payments.claim(asked).then(unavailable);
    const cut = open(provider, { store: storeWith(store().payments, { claim }) });

    expect(await cut.createPayment(command(), caller)).toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
    });
    await stateReached('RELEASED');
    expect(provider.sent).toEqual([]);

    expect(await open(provider).createPayment(command(), caller)).toMatchObject({ kind: 'created', replayed: false });
    expect(await rowsOf()).toMatchObject([{ state: 'SUCCEEDED', epoch: 2 }]);
    expect(provider.sent).toHaveLength(1);
  });

  it('says UNKNOWN when the outcome can’t be stored, and stores it once it can', async () => {
    let isDown = true;
    const record: PaymentStore['record'] = (...asked) => (isDown ? unavailable() : store().payments.record(...asked));
    const provider = scriptedProvider(paid);
    const service = open(provider, { store: storeWith(store().payments, { record }), clock: hastyClock });

    const outcome = await service.createPayment(command(), caller);

    expect(outcome).toMatchObject({ kind: 'unknown', payment: { id: idOf(command()), state: 'PROCESSING' } });
    expect(service.alarms).toEqual(['payment.outcome-not-stored']);
    expect(await rowsOf()).toMatchObject([{ state: 'PROCESSING' }]);
    isDown = false;
    await stateReached('SUCCEEDED');
    expect(await rowsOf()).toMatchObject([{ orderId: orderOf(idOf(command())), epoch: 1 }]);
    expect(provider.sent).toHaveLength(1);
  });

  it('sends nothing for a key that an event tells of', async () => {
    const provider = scriptedProvider(paid);
    const service = open(provider);
    const id = idOf(command());
    const match = { orderId: orderOf(id), gatewayPaymentId: id };
    await store().inbox.receive(newEvent({ id: `event_of_${id}`, receivedAtMs: Date.now(), match }));

    const outcome = await service.createPayment(command(), caller);

    expect(outcome).toMatchObject({ kind: 'unknown', payment: { id } });
    expect(service.alarms).toEqual(['payment.row-lost']);
    expect(await rowsOf()).toMatchObject([{ id, state: 'UNKNOWN' }]);
    await store().inbox.sweep();
    expect(await service.createPayment(command(), caller)).toMatchObject({ kind: 'created', replayed: true });
    expect(await rowsOf()).toMatchObject([{ id, state: 'SUCCEEDED', orderId: orderOf(id) }]);
    expect(provider.sent).toEqual([]);
  });

  it('makes two payments for two callers with one key', async () => {
    const another = newCaller();
    const provider = scriptedProvider(paid);
    const service = open(provider);

    const outcomes = [await service.createPayment(command(), caller), await service.createPayment(command(), another)];

    const rows = [...(await rowsOf(caller)), ...(await rowsOf(another))];
    expect(rows.map(({ id, scope }) => [id, scope])).toEqual([
      [idOf(command(), caller), caller.scope],
      [idOf(command(), another), another.scope],
    ]);
    expect(outcomes).toEqual(rows.map((payment) => ({ kind: 'created', replayed: false, payment })));
    expect(provider.sent.map(({ paymentId }) => paymentId)).toEqual(rows.map(({ id }) => id));
  });

  it('counts a takeover against the rate', async () => {
    const provider = scriptedProvider(connectFails);
    const service = open(provider, { rates: { ...NO_RATES, perService: 2 } });
    await service.createPayment(command(), caller);
    await service.createPayment(command(), caller);
    const nowMs = Date.now();

    const outcome = await service.createPayment(command(), caller);

    expect(outcome).toEqual({ kind: 'rateLimited', retryAtMs: expect.any(Number) as number });
    expect((outcome as { retryAtMs: number }).retryAtMs).toBeGreaterThan(nowMs);
    expect(await rowsOf()).toMatchObject([{ state: 'RELEASED', epoch: 2 }]);
    expect(await service.createPayment(command({ idempotencyKey: 'another-key-of-this' }), caller)).toMatchObject({
      kind: 'rateLimited',
    });
    expect(await rowsOf()).toHaveLength(1);
  });

  it('counts no replay against the rate', async () => {
    const provider = scriptedProvider(paid);
    const service = open(provider, { rates: { ...NO_RATES, perService: 1 } });
    const outcomes: unknown[] = [];
    for (let call = 1; call <= 3; call++) outcomes.push(await service.createPayment(command(), caller));
    const other = await service.createPayment(command({ idempotencyKey: 'another-key-of-this' }), caller);

    const rows = await rowsOf();
    expect(outcomes).toEqual([false, true, true].map((replayed) => ({ kind: 'created', replayed, payment: rows[0] })));
    expect(other).toMatchObject({ kind: 'rateLimited' });
    expect(rows).toHaveLength(1);
    expect(provider.sent).toHaveLength(1);
  });
});
