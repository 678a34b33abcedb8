import type {
  CleanLookupOptions,
  DuePayment,
  LockDueOptions,
} from '../../../src/payments/ports/reconciliation-store.js';
import type { PaymentState } from '../../../src/payments/model/status.js';
import { claimedPayment, giveBack, newClaim, newTakeOver, newUpdate, ofLocal } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';
import { newLookupEvent } from '../support/webhook-inbox.fixture.js';

const NO_PAUSE = { firstMs: 0, longestMs: 0 };
const HOUR = { firstMs: 3_600_000, longestMs: 3_600_000 };
const AT_ONCE: LockDueOptions = {
  limit: 1_000,
  abandonedAfterMs: 0,
  leaseMs: 0,
  unknownPauses: NO_PAUSE,
  waitingPauses: NO_PAUSE,
  lateLookPauseMs: 0,
  sendWindowMs: 2 * HOUR.firstMs,
  gatewayTimeMs: Date.now(),
};
/** The gateway's clock says that the time is over. */
const NO_TIME: CleanLookupOptions = {
  turnsUpForMs: 0,
  graceMs: 0,
  sendWindowMs: 0,
  gatewayTimeMs: Date.now() + 2 * HOUR.firstMs,
};

describeStore('reconciliation', (store) => {
  async function unknownPayment(): Promise<string> {
    const paymentId = await claimedPayment(store());
    await store().payments.record(paymentId, newUpdate({ state: 'UNKNOWN' }));
    return paymentId;
  }

  async function lockDue(paymentId: string, options: Partial<LockDueOptions> = {}): Promise<DuePayment | undefined> {
    const due = await store().reconciliation.lockDue({ ...AT_ONCE, ...options });
    return due.find(({ payment }) => payment.id === paymentId);
  }

  async function leased(paymentId: string, options: Partial<LockDueOptions> = {}): Promise<DuePayment> {
    const due = await lockDue(paymentId, options);
    if (due === undefined) throw new Error('the payment is not due');
    return due;
  }

  async function flagOf(paymentId: string): Promise<string | undefined> {
    return (await store().reconciliation.listFlagged()).find(({ payment }) => payment.id === paymentId)?.reason;
  }

  it('leases an unknown payment at once, and counts the leases', async () => {
    const paymentId = await unknownPayment();

    expect(await lockDue(paymentId)).toMatchObject({
      payment: { state: 'UNKNOWN', epoch: 1 },
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

    expect(due).toMatchObject({ payment: { state: 'UNKNOWN', epoch: 2 }, attempts: 1 });
    expect(due?.payment.timeline.map(({ status, source, detail }) => [status, source, detail])).toEqual([
      ['PROCESSING', 'CREATE_PAYMENT', null],
      ['UNKNOWN', 'RECONCILIATION', 'The time to send ran out and no outcome was recorded; the provider is asked.'],
    ]);
    await giveBack(store(), paymentId, { detail: 'Late.' });
    expect(await store().payments.findByIds(ofLocal([paymentId]))).toEqual([due?.payment]);
  });

  it('does not hand a claim that it shut out back to its sender', async () => {
    const claim = newClaim({ sendWindowMs: 0 });
    await store().payments.claim(claim);
    await lockDue(claim.id);

    expect(await store().payments.claim(claim)).toMatchObject({ kind: 'taken', payment: { state: 'UNKNOWN' } });
  });

  it('leaves a payment to its sender until he must have given up', async () => {
    const inTime = await claimedPayment(store(), { sendWindowMs: 60_000 });
    const waiting = await claimedPayment(store(), { sendWindowMs: 0 });

    expect(await lockDue(waiting, { abandonedAfterMs: 60_000 })).toBeUndefined();
    expect(await lockDue(inTime)).toBeUndefined();
    expect(await store().payments.findByIds(ofLocal([inTime, waiting]))).toMatchObject([
      { state: 'PROCESSING' },
      { state: 'UNKNOWN' },
    ]);
  });

  it('looks up nothing that is released or has an outcome, and waits a while for what is pending', async () => {
    const released = await claimedPayment(store(), { sendWindowMs: 0 });
    await giveBack(store(), released);
    const paid = await unknownPayment();
    await store().payments.record(paid, newUpdate());
    const pending = await unknownPayment();
    await store().payments.record(pending, newUpdate({ state: 'PENDING' }));

    const due = await store().reconciliation.lockDue(AT_ONCE);

    const ids = due.map(({ payment }) => payment.id);
    for (const paymentId of [released, paid, pending]) expect(ids).not.toContain(paymentId);
  });

  it('counts clean lookups of unknown payments, and begins anew when the payment moves', async () => {
    const paymentId = await unknownPayment();
    const { reconciliation, payments } = store();
    const due = await leased(paymentId);

    expect([
      await reconciliation.recordCleanLookup(due, { ...NO_TIME, turnsUpForMs: 600_000 }),
      await reconciliation.recordCleanLookup(due, { ...NO_TIME, turnsUpForMs: -600_000 }),
    ]).toEqual([
      { count: 1, isTimeOver: false },
      { count: 2, isTimeOver: true },
    ]);
    expect(await lockDue(paymentId)).toMatchObject({ cleanLookups: 2 });
    await payments.record(paymentId, newUpdate({ state: 'PENDING' }));
    expect(await reconciliation.recordCleanLookup(due, NO_TIME)).toMatchObject({ count: 0 });
  });

  describe('an order that may be the payment’s', () => {
    it('is remembered with those before it, and flags the payment', async () => {
      const paymentId = await unknownPayment();
      const { reconciliation } = store();

      await reconciliation.recordAmbiguous(paymentId, ['order_1']);
      await reconciliation.recordAmbiguous(paymentId, ['order_2', 'order_1']);

      const due = await leased(paymentId);
      expect([...due.ambiguousOrderIds].sort()).toEqual(['order_1', 'order_2']);
      const flagged = await reconciliation.listFlagged();
      expect(flagged.find(({ payment }) => payment.id === paymentId)).toMatchObject({
        reason: 'AMBIGUOUS_ORDER',
        ambiguousOrderIds: expect.arrayContaining(['order_1', 'order_2']),
      });
    });

    it('is forgotten, with the flag, by a lookup that showed it to be somebody else’s', async () => {
      const paymentId = await unknownPayment();
      const { reconciliation } = store();
      await reconciliation.recordAmbiguous(paymentId, ['order_1']);

      expect(await reconciliation.recordCleanLookup(await leased(paymentId), NO_TIME)).toMatchObject({ count: 1 });

      expect(await leased(paymentId)).toMatchObject({ ambiguousOrderIds: [], cleanLookups: 1 });
      expect(await flagOf(paymentId)).toBeUndefined();
    });

    it('keeps a lookup from being counted that was leased before it became known', async () => {
      const paymentId = await unknownPayment();
      const { reconciliation } = store();
      const due = await leased(paymentId);
      await reconciliation.recordAmbiguous(paymentId, ['order_1']);

      expect(await reconciliation.recordCleanLookup(due, NO_TIME)).toEqual({ count: 0, isTimeOver: false });

      expect(await leased(paymentId)).toMatchObject({ ambiguousOrderIds: ['order_1'], cleanLookups: 0 });
      expect(await flagOf(paymentId)).toBe('AMBIGUOUS_ORDER');
    });

    it('takes no other flag away', async () => {
      const paymentId = await unknownPayment();
      const { reconciliation } = store();
      await reconciliation.recordAmbiguous(paymentId, ['order_1']);
      await reconciliation.flag(paymentId, 'SEVERAL_ORDERS');

      await reconciliation.recordCleanLookup(await leased(paymentId), NO_TIME);

      expect(await flagOf(paymentId)).toBe('SEVERAL_ORDERS');
    });

    it('keeps a payment unknown that was flagged before such orders were kept', async () => {
      const paymentId = await unknownPayment();
      const { reconciliation } = store();
      await reconciliation.flag(paymentId, 'AMBIGUOUS_ORDER');

      expect(await reconciliation.recordCleanLookup(await leased(paymentId), NO_TIME)).toMatchObject({ count: 0 });
    });
  });

  describe('a lease', () => {
    const LEASE = { leaseMs: 3_600_000 };

    it('keeps others away although the pause is over', async () => {
      const paymentId = await unknownPayment();
      await leased(paymentId, LEASE);

      expect(await lockDue(paymentId)).toBeUndefined();
    });

    it('gives the payment back to its pause when it is ended', async () => {
      const soon = await unknownPayment();
      await store().reconciliation.endLease(await leased(soon, LEASE));
      expect(await leased(soon, { ...LEASE, unknownPauses: HOUR })).toMatchObject({ attempts: 2 });
      const late = await unknownPayment();
      await store().reconciliation.endLease(await leased(late, { ...LEASE, unknownPauses: HOUR }));

      expect(await lockDue(late)).toBeUndefined();
    });

    it('is prolonged by its holder', async () => {
      const paymentId = await unknownPayment();
      await store().reconciliation.renewLease(await leased(paymentId), LEASE.leaseMs);

      expect(await lockDue(paymentId)).toBeUndefined();
    });

    it('neither ends nor goes on against an update that moved the payment', async () => {
      const [paid, pending] = [await unknownPayment(), await unknownPayment()];
      const { reconciliation, payments } = store();
      const dues = await reconciliation.lockDue({ ...AT_ONCE, ...LEASE });
      await payments.record(paid, newUpdate());
      await payments.record(pending, newUpdate({ state: 'PENDING' }));

      for (const due of dues.filter(({ payment: { id } }) => id === paid || id === pending)) {
        await reconciliation.renewLease(due, 0);
        await reconciliation.endLease(due);
      }

      const again = (await reconciliation.lockDue(AT_ONCE)).map(({ payment }) => payment.id);
      for (const paymentId of [paid, pending]) expect(again).not.toContain(paymentId);
    });
  });

  it('stops looking when it is asked to, unless an update has moved the payment', async () => {
    const [paymentId, moved] = [await unknownPayment(), await unknownPayment()];
    const { reconciliation, payments, inbox } = store();
    const dues = [await leased(paymentId), await leased(moved)];
    await inbox.receive(newLookupEvent(moved));
    await payments.record(moved, newUpdate({ state: 'PENDING' }));

    for (const due of dues) await reconciliation.stopLooking(due);

    expect(await lockDue(paymentId)).toBeUndefined();
    expect(await lockDue(moved)).toMatchObject({ payment: { state: 'PENDING' } });
  });

  describe('giving up', () => {
    const giveUp = (due: DuePayment, ageMs = -HOUR.firstMs): Promise<void> => store().reconciliation.giveUp(due, ageMs);

    it('flags the payment once its time is over and looks no more', async () => {
      const paymentId = await unknownPayment();
      const due = await leased(paymentId);

      await giveUp(due, HOUR.firstMs);
      expect(await flagOf(paymentId)).toBeUndefined();
      await giveUp(due);

      expect(await flagOf(paymentId)).toBe('NO_OUTCOME_IN_TIME');
      expect(await lockDue(paymentId)).toBeUndefined();
    });

    it('is judged by the payment as it is now, not as it was at the lease', async () => {
      const paymentId = await unknownPayment();
      const due = await leased(paymentId);
      await store().payments.record(paymentId, newUpdate({ state: 'SUCCEEDED' }));

      await giveUp(due);

      expect(await flagOf(paymentId)).toBeUndefined();
    });

    it('never concerns a payment of which nothing was sent', async () => {
      const paymentId = await claimedPayment(store());
      await store().inbox.receive(newLookupEvent(paymentId));
      await giveBack(store(), paymentId);

      await giveUp(await leased(paymentId));

      expect(await flagOf(paymentId)).toBeUndefined();
    });
  });

  describe('a payment that was concluded to have failed', () => {
    async function inferred(): Promise<string> {
      const paymentId = await unknownPayment();
      await store().payments.record(paymentId, newUpdate({ state: 'FAILED_INFERRED' }));
      return paymentId;
    }
    it('is not due at once', async () => {
      expect(await lockDue(await inferred())).toBeUndefined();
    });

    it('is looked at again, for an event after its pauses, else after late pauses, until it stops', async () => {
      const paymentId = await inferred();
      const { reconciliation, inbox } = store();
      await inbox.receive(newLookupEvent(paymentId));
      await reconciliation.recordAnswered(await leased(paymentId, { lateLookPauseMs: HOUR.firstMs }));

      const again = await leased(paymentId, { waitingPauses: HOUR });
      expect(again).toMatchObject({ attempts: 2, askedAt: null });
      await reconciliation.stopLooking(again);
      expect(await lockDue(paymentId)).toBeUndefined();
    });

    it.each(['PENDING', 'REQUIRES_ACTION', 'SUCCEEDED', 'REFUNDED'] as const)(
      'is left to a person where it turns out to be %s',
      async (state) => {
        const paymentId = await inferred();

        await store().payments.record(paymentId, newUpdate({ state }));

        expect(await flagOf(paymentId)).toBe('FOUND_AFTER_FAILURE');
      },
    );

    it('needs nobody where the provider says the same', async () => {
      const paymentId = await inferred();

      await store().payments.record(paymentId, newUpdate({ state: 'FAILED' }));

      expect(await flagOf(paymentId)).toBeUndefined();
    });
  });

  describe('a payment that failed by the provider’s word', () => {
    async function flagAfter(...states: PaymentState[]): Promise<string | undefined> {
      const paymentId = await claimedPayment(store());
      const fields = { orderId: `order_of_${paymentId}` };
      for (const state of states) await store().payments.record(paymentId, newUpdate({ state, fields }));
      return flagOf(paymentId);
    }

    it.each(['SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED'] as const)(
      'is left to a person where it turns out to be %s: the client was advised to use a new key',
      async (state) => {
        expect(await flagAfter('FAILED', state)).toBe('FOUND_AFTER_FAILURE');
      },
    );

    it('needs no person where nothing overrules the failure, or where the success came first', async () => {
      expect(await flagAfter('FAILED', 'PENDING', 'FAILED', 'UNKNOWN')).toBeUndefined();
      expect(await flagAfter('SUCCEEDED', 'FAILED', 'REFUNDED')).toBeUndefined();
    });
  });

  it('leaves a payment to a person that gets another order than it has', async () => {
    const paymentId = await unknownPayment();
    const { payments, reconciliation } = store();
    await payments.record(paymentId, newUpdate({ state: 'PENDING', fields: { orderId: 'order_of_answer' } }));
    await payments.record(paymentId, newUpdate({ fields: { orderId: 'order_of_answer' } }));
    const before = await reconciliation.listFlagged();

    await payments.record(paymentId, newUpdate({ fields: { orderId: 'order_of_lookup' } }));

    expect(before.map(({ payment }) => payment.id)).not.toContain(paymentId);
    const flagged = await reconciliation.listFlagged();
    expect(flagged).toContainEqual(
      expect.objectContaining({ reason: 'SEVERAL_ORDERS', payment: expect.objectContaining({ id: paymentId }) }),
    );
  });

  describe('an action that is lost with the answer', () => {
    const next = { state: 'REQUIRES_ACTION', source: 'WEBHOOK' } as const;

    it.each([
      ['the event comes first', [next, { state: 'UNKNOWN' }]],
      ['the event comes last', [{ state: 'UNKNOWN' }, next]],
    ] as const)('is looked up at once where %s', async (_case, update) => {
      const paymentId = await claimedPayment(store());
      for (const one of update) await store().payments.record(paymentId, newUpdate(one));

      expect(await lockDue(paymentId)).toMatchObject({ payment: { state: 'REQUIRES_ACTION' } });
    });

    it('is asked for again as soon as an unknown outcome, not at the pace of payers', async () => {
      const paymentId = await claimedPayment(store());
      for (const one of [{ state: 'UNKNOWN' } as const, next]) await store().payments.record(paymentId, newUpdate(one));

      await leased(paymentId, { waitingPauses: HOUR });
      expect(await lockDue(paymentId, { waitingPauses: HOUR })).toMatchObject({ attempts: 2 });
    });

    it('is left to the answer as long as that may come', async () => {
      const paymentId = await claimedPayment(store());
      await store().payments.record(paymentId, newUpdate(next));

      expect(await lockDue(paymentId)).toBeUndefined();
    });

    describe('and for which an event asks', () => {
      async function asked(sendWindowMs: number): Promise<string> {
        const paymentId = await claimedPayment(store(), { sendWindowMs });
        await store().payments.record(paymentId, newUpdate(next));
        await store().inbox.receive(newLookupEvent(paymentId));
        return paymentId;
      }

      it('is known to be awaited until the sender must have given up', async () => {
        expect(await lockDue(await asked(60_000))).toMatchObject({ awaitsAnswer: true });
        expect(await lockDue(await asked(0), { abandonedAfterMs: 60_000 })).toMatchObject({ awaitsAnswer: true });
        expect(await lockDue(await asked(0))).toMatchObject({ awaitsAnswer: false });
      });

      it('is known to be awaited until there is an answer', async () => {
        const paymentId = await asked(60_000);
        await store().payments.record(paymentId, newUpdate({ state: 'UNKNOWN' }));

        expect(await lockDue(paymentId)).toMatchObject({ awaitsAnswer: false });
      });

      it('is awaited from the present claim, not from one that was given back', async () => {
        const paymentId = await claimedPayment(store());
        const { payments, inbox } = store();
        await giveBack(store(), paymentId);
        await payments.takeOver(paymentId, newTakeOver({ sendWindowMs: 60_000 }));
        await payments.record(paymentId, newUpdate(next));
        await inbox.receive(newLookupEvent(paymentId));

        expect(await lockDue(paymentId)).toMatchObject({ awaitsAnswer: true });
      });
    });
  });

  it('lists what a person has to look at, until an outcome answers the question', async () => {
    const { reconciliation, payments } = store();
    const [ambiguous, twice] = [await unknownPayment(), await unknownPayment()];

    await reconciliation.flag(ambiguous, 'AMBIGUOUS_ORDER');
    await reconciliation.flag(twice, 'SEVERAL_ORDERS');

    const listed = async () => {
      const flagged = await reconciliation.listFlagged();
      return flagged.flatMap(({ payment: { id }, reason }) => (id === ambiguous || id === twice ? [[id, reason]] : []));
    };
    expect(await listed()).toEqual([
      [ambiguous, 'AMBIGUOUS_ORDER'],
      [twice, 'SEVERAL_ORDERS'],
    ]);
    await payments.record(ambiguous, newUpdate());
    await payments.record(twice, newUpdate());
    expect(await listed()).toEqual([[twice, 'SEVERAL_ORDERS']]);
  });

  it('finds the payments that have orders, whoever made them', async () => {
    const { reconciliation, payments } = store();
    const paymentId = await claimedPayment(store(), { scope: 'another' });
    await payments.record(paymentId, newUpdate({ fields: { orderId: 'order_held' } }));

    expect(await reconciliation.findHolders(['order_of_nobody', 'order_held'])).toEqual([null, paymentId]);
  });

  it('forgets the keys of finished payments only, and never lets one be used again', async () => {
    const { reconciliation, payments } = store();
    const finished = newClaim();
    const unfinished = newClaim();
    for (const claim of [finished, unfinished]) await payments.claim(claim);
    await payments.record(finished.id, newUpdate());

    const expired = await reconciliation.expireKeys(-1_000);

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
    expect(await reconciliation.expireKeys(3_600_000)).toBe(0);
  });
});
