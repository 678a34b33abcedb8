import type { DuePayment, LockDueTerms } from '../../src/payments/reconciliation.port.js';
import { newId } from '../../src/shared/ids.js';
import { claimedPayment, newClaim, newNews, SOME_TIME_MS } from './payments.fixture.js';
import { describeStore } from './test-stores.js';

const NO_PAUSE = { firstMs: 0, longestMs: 0 };
const HOUR = { firstMs: 3_600_000, longestMs: 3_600_000 };
const AT_ONCE: LockDueTerms = { limit: 1_000, abandonedAfterMs: 0, unknownPauses: NO_PAUSE, waitingPauses: NO_PAUSE };

describeStore('reconciliation', (store) => {
  async function unknownPayment(): Promise<string> {
    const paymentId = await claimedPayment(store());
    await store().payments.settle(paymentId, newNews({ standing: 'UNKNOWN' }));
    return paymentId;
  }

  async function lockDue(paymentId: string, terms: Partial<LockDueTerms> = {}): Promise<DuePayment | undefined> {
    const due = await store().reconciliation.lockDue({ ...AT_ONCE, ...terms });
    return due.find(({ payment }) => payment.id === paymentId);
  }

  it('leases an unknown payment at once, and counts the leases', async () => {
    const paymentId = await unknownPayment();

    expect(await lockDue(paymentId)).toMatchObject({
      payment: { standing: 'UNKNOWN', epoch: 1 },
      attempts: 1,
      cleanLookups: 0,
    });
    expect(await lockDue(paymentId)).toMatchObject({ attempts: 2 });
  });

  it('leaves a leased payment alone for the pause', async () => {
    const paymentId = await unknownPayment();
    await lockDue(paymentId, { unknownPauses: HOUR });

    expect(await lockDue(paymentId)).toBeUndefined();
  });

  it('gives each due payment to one of many reconcilers', async () => {
    const made = new Set(await Promise.all(Array.from({ length: 30 }, unknownPayment)));

    const leases = await Promise.all(
      Array.from({ length: 10 }, () => store().reconciliation.lockDue({ ...AT_ONCE, limit: 7, unknownPauses: HOUR })),
    );
    const rest = await store().reconciliation.lockDue({ ...AT_ONCE, unknownPauses: HOUR });

    const leased = [...leases.flat(), ...rest].flatMap(({ payment }) => (made.has(payment.id) ? [payment.id] : []));
    expect(leased).toHaveLength(30);
    expect(new Set(leased)).toEqual(made);
  });

  it('turns a payment whose sender never came back into an unknown one, in an epoch that shuts him out', async () => {
    const paymentId = await claimedPayment(store(), { sendWindowMs: 0 });

    const due = await lockDue(paymentId);

    expect(due).toMatchObject({ payment: { standing: 'UNKNOWN', epoch: 2 }, attempts: 1 });
    expect(due?.payment.timeline.map(({ status, source, detail }) => [status, source, detail])).toEqual([
      ['PROCESSING', 'CREATE_PAYMENT', null],
      ['UNKNOWN', 'RECONCILIATION', 'The time to send ran out and no outcome was recorded; the provider is asked.'],
    ]);
    await store().payments.release(paymentId, { epoch: 1, eventId: newId('event', SOME_TIME_MS), detail: 'Late.' });
    expect(await store().payments.findByIds([paymentId])).toEqual([due?.payment]);
  });

  it('does not hand a claim that it shut out back to its sender', async () => {
    const claim = newClaim({ sendWindowMs: 0 });
    await store().payments.claim(claim);
    await lockDue(claim.id);

    expect(await store().payments.claim(claim)).toMatchObject({ kind: 'taken', payment: { standing: 'UNKNOWN' } });
  });

  it('leaves a payment to its sender until he must have given up', async () => {
    const inTime = await claimedPayment(store(), { sendWindowMs: 60_000 });
    const waiting = await claimedPayment(store(), { sendWindowMs: 0 });

    expect(await lockDue(waiting, { abandonedAfterMs: 60_000 })).toBeUndefined();
    expect(await lockDue(inTime)).toBeUndefined();
    expect(await store().payments.findByIds([inTime, waiting])).toMatchObject([
      { standing: 'PROCESSING' },
      { standing: 'UNKNOWN' },
    ]);
  });

  it('has nothing to look up for what is released or has an outcome, and waits a while for what is pending', async () => {
    const released = await claimedPayment(store(), { sendWindowMs: 0 });
    await store().payments.release(released, { epoch: 1, eventId: newId('event', SOME_TIME_MS), detail: 'Not sent.' });
    const paid = await unknownPayment();
    await store().payments.settle(paid, newNews());
    const pending = await unknownPayment();
    await store().payments.settle(pending, newNews({ standing: 'PENDING' }));

    const due = await store().reconciliation.lockDue(AT_ONCE);

    const ids = due.map(({ payment }) => payment.id);
    for (const paymentId of [released, paid, pending]) expect(ids).not.toContain(paymentId);
  });

  it('counts clean lookups of unknown payments, and begins anew when the payment moves', async () => {
    const paymentId = await unknownPayment();
    const { reconciliation, payments } = store();

    expect([
      await reconciliation.recordCleanLookup(paymentId, 600_000),
      await reconciliation.recordCleanLookup(paymentId, -600_000),
    ]).toEqual([
      { count: 1, isTimeOver: false },
      { count: 2, isTimeOver: true },
    ]);
    expect(await lockDue(paymentId)).toMatchObject({ cleanLookups: 2 });
    await payments.settle(paymentId, newNews({ standing: 'PENDING' }));
    expect(await reconciliation.recordCleanLookup(paymentId, 0)).toMatchObject({ count: 0 });
  });

  it('lets several orders go above any other reason for a flag, once', async () => {
    const paymentId = await unknownPayment();
    const { reconciliation } = store();
    await reconciliation.flag(paymentId, 'AMBIGUOUS_ORDER');

    expect([
      await reconciliation.flag(paymentId, 'SEVERAL_ORDERS'),
      await reconciliation.flag(paymentId, 'SEVERAL_ORDERS'),
      await reconciliation.flag(paymentId, 'NOT_SETTLED_IN_TIME'),
    ]).toEqual([true, false, false]);
  });

  it('stops looking when told to', async () => {
    const paymentId = await unknownPayment();

    await store().reconciliation.stopLooking(paymentId);

    expect(await lockDue(paymentId)).toBeUndefined();
  });

  it('lists what a person has to look at, until an outcome answers the question', async () => {
    const { reconciliation, payments } = store();
    const [ambiguous, twice] = [await unknownPayment(), await unknownPayment()];

    expect(await reconciliation.flag(ambiguous, 'AMBIGUOUS_ORDER')).toBe(true);
    expect(await reconciliation.flag(ambiguous, 'NOT_SETTLED_IN_TIME')).toBe(false);
    expect(await reconciliation.flag(twice, 'SEVERAL_ORDERS')).toBe(true);

    const listed = async () => {
      const flagged = await reconciliation.listFlagged();
      return flagged.flatMap(({ payment: { id }, reason }) => (id === ambiguous || id === twice ? [[id, reason]] : []));
    };
    expect(await listed()).toEqual([
      [ambiguous, 'AMBIGUOUS_ORDER'],
      [twice, 'SEVERAL_ORDERS'],
    ]);
    await payments.settle(ambiguous, newNews());
    await payments.settle(twice, newNews());
    expect(await listed()).toEqual([[twice, 'SEVERAL_ORDERS']]);
  });

  it('forgets the keys of finished payments only, and never lets one be used again', async () => {
    const { reconciliation, payments } = store();
    const finished = newClaim();
    const unfinished = newClaim();
    for (const claim of [finished, unfinished]) await payments.claim(claim);
    const { createdAtMs } = await payments.settle(finished.id, newNews());

    const expired = await reconciliation.expireKeys(createdAtMs + 1_000);

    expect(expired).toBeGreaterThanOrEqual(1);
    const repeated = newClaim({ idempotencyKey: finished.idempotencyKey, fingerprint: finished.fingerprint });
    expect(await payments.claim(repeated)).toMatchObject({
      kind: 'expired',
      payment: { id: finished.id, idempotencyKey: null },
    });
    expect(await payments.claim(newClaim({ idempotencyKey: unfinished.idempotencyKey }))).toMatchObject({
      kind: 'taken',
    });
    expect(await payments.findByIdempotencyKey('local', finished.idempotencyKey)).toMatchObject({ id: finished.id });
    expect(await reconciliation.expireKeys(createdAtMs - 3_600_000)).toBe(0);
  });
});
