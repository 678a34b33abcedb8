import { LOCAL_CALLER } from '../../../src/payments/access/caller.js';
import { StoreUnavailableError } from '../../../src/payments/model/errors.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { OwnedId } from '../../../src/payments/ports/payment-reads.js';
import type { PaymentChanges, PaymentWatch } from '../../../src/payments/ports/payment-changes.js';
import { createPaymentWatcher } from '../../../src/payments/watch-payment/watch-payment.service.js';
import type { Clock } from '../../../src/shared/clock.js';
import { paymentWith } from '../../graphql/graphql-fixture.js';

const waitingFor = (changes: Partial<Payment> = {}): Payment =>
  paymentWith({ scope: LOCAL_CALLER.scope, state: 'PENDING', updatedAtMs: 1, timeline: [], ...changes });

const CLOCK: Clock = { now: () => 0, monotonicNow: () => 12_345.5, sleep: () => Promise.resolve() };

/** Changes that a test makes by hand, and a store that answers with what the test has put there. */
function watched(initial: (Payment | null)[]) {
  const payments = new Map(initial.flatMap((payment) => (payment === null ? [] : [[payment.id, payment]])));
  const waits: { paymentId: string; timeoutMs: number; wake: () => void }[] = [];
  const reads: (readonly string[])[] = [];
  const closed: string[] = [];
  let failure: Error | null = null;
  const changes: PaymentChanges = {
    watch: (paymentId): PaymentWatch => ({
      changed: (timeoutMs) => new Promise((resolve) => waits.push({ paymentId, timeoutMs, wake: resolve })),
      close: () => {
        closed.push(paymentId);
        for (const wait of waits.splice(0)) wait.wake();
      },
    }),
  };
  const store = {
    findByIds: (owned: readonly OwnedId[]) => {
      const ids = owned.map(({ id }) => id);
      reads.push(ids);
      return failure === null ? Promise.resolve(ids.map((id) => payments.get(id) ?? null)) : Promise.reject(failure);
    },
  };
  return {
    ...{ waits, reads, closed },
    watch: createPaymentWatcher({ store, changes, clock: CLOCK }).watchPayment,
    put: (payment: Payment) => void payments.set(payment.id, payment),
    fail: (error: Error | null) => (failure = error),
    /** Ends the waits of this moment, and lets the watchers read. */
    wake: async () => {
      for (const wait of waits.splice(0)) wait.wake();
      await recorded();
    },
  };
}

/** Lets everything run that waits for nothing from outside. */
const recorded = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('watching a payment', () => {
  it('begins the watch before it reads, so that no change falls in between', async () => {
    const order: string[] = [];
    const { watchPayment } = createPaymentWatcher({
      clock: CLOCK,
      store: { findByIds: () => Promise.resolve((order.push('read'), [waitingFor()])) },
      changes: { watch: () => (order.push('watch'), { changed: () => Promise.resolve(), close: () => undefined }) },
    });
    await watchPayment('pay_1', LOCAL_CALLER).next();
    expect(order).toEqual(['watch', 'read']);
  });

  it('has no new value when it is woken for nothing', async () => {
    const { watch, wake, put, waits } = watched([waitingFor()]);
    const updates = watch('pay_1', LOCAL_CALLER);
    await updates.next();
    let answered = 0;
    const next = updates.next().then((result) => ((answered += 1), result));
    await recorded();

    await wake();
    await wake();
    expect([answered, waits.length]).toEqual([0, 1]);
    put(waitingFor({ updatedAtMs: 2 }));
    await wake();
    expect((await next).value).toMatchObject({ updatedAtMs: 2 });
  });

  it('looks for itself every half minute, on a full second', async () => {
    const { watch, waits } = watched([waitingFor()]);
    const updates = watch('pay_1', LOCAL_CALLER);
    await updates.next();
    void updates.next();
    await recorded();
    expect(waits.map(({ timeoutMs }) => timeoutMs + 12_345.5)).toEqual([43_000]);
    await updates.return();
  });

  it('gives a late consumer the newest state alone', async () => {
    const { watch, put, wake } = watched([waitingFor()]);
    const updates = watch('pay_1', LOCAL_CALLER);
    await updates.next();
    put(waitingFor({ updatedAtMs: 2 }));
    put(waitingFor({ updatedAtMs: 3 }));
    const next = updates.next();
    await recorded();
    await wake();
    expect((await next).value).toMatchObject({ updatedAtMs: 3 });
  });

  it('ends after a terminal state, and lets go of the watch with it', async () => {
    const { watch, closed } = watched([waitingFor({ state: 'FAILED_INFERRED' })]);
    const updates = watch('pay_1', LOCAL_CALLER);
    expect((await updates.next()).value).toMatchObject({ state: 'FAILED_INFERRED' });
    expect(closed).toEqual(['pay_1']);
    expect(await updates.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['is unknown', null],
    ['is somebody else’s', waitingFor({ scope: 'somebody' })],
  ])('gives null, once, for a payment that %s', async (_what, payment) => {
    const { watch, closed } = watched([payment]);
    const updates = watch('pay_1', LOCAL_CALLER);
    expect(await updates.next()).toEqual({ done: false, value: null });
    expect(await updates.next()).toEqual({ done: true, value: undefined });
    expect(closed).toEqual(['pay_1']);
  });

  it('ends at once when its consumer leaves, even in the middle of a wait', async () => {
    const { watch, closed } = watched([waitingFor()]);
    const updates = watch('pay_1', LOCAL_CALLER);
    await updates.next();
    const next = updates.next();
    await recorded();
    await updates.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(closed).toEqual(['pay_1']);
  });

  it('waits for a store that does not answer, longer each time, and reads again as soon as it is woken', async () => {
    const { watch, fail, waits, wake } = watched([waitingFor()]);
    fail(new StoreUnavailableError('gone'));
    const next = watch('pay_1', LOCAL_CALLER).next();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      await recorded();
      pauses.push(...waits.map(({ timeoutMs }) => timeoutMs));
      await wake();
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    fail(null);
    await wake();
    expect((await next).value).toMatchObject({ id: 'pay_1' });
  });

  it('passes a bug on, and lets go of the watch', async () => {
    const { watch, fail, closed } = watched([waitingFor()]);
    fail(new Error('bug'));
    await expect(watch('pay_1', LOCAL_CALLER).next()).rejects.toThrow('bug');
    expect(closed).toEqual(['pay_1']);
  });
});

describe('many watchers', () => {
  it('of one payment share a read', async () => {
    const { watch, reads, wake, waits } = watched([waitingFor()]);
    const all = Array.from({ length: 1_000 }, () => watch('pay_1', LOCAL_CALLER));
    await Promise.all(all.map((updates) => updates.next()));
    for (const updates of all) void updates.next();
    await recorded();
    expect(waits).toHaveLength(1_000);
    await wake();
    expect(reads).toEqual([['pay_1'], ['pay_1']]);
  });

  it('share no read with those of another scope, though they ask in one call', async () => {
    const asked: (readonly OwnedId[])[] = [];
    const { watchPayment } = createPaymentWatcher({
      clock: CLOCK,
      changes: { watch: () => ({ changed: () => Promise.resolve(), close: () => undefined }) },
      store: {
        findByIds: (owned) => {
          asked.push(owned);
          return Promise.resolve(owned.map(({ scope }) => (scope === 'local' ? waitingFor() : null)));
        },
      },
    });
    const callers = [LOCAL_CALLER, { ...LOCAL_CALLER, scope: 'somebody' }];
    const results = await Promise.all(callers.map((caller) => watchPayment('pay_1', caller).next()));
    expect(results.map(({ value }) => value as Payment | null)).toEqual([waitingFor(), null]);
    expect(asked).toEqual([
      [
        { id: 'pay_1', scope: 'local' },
        { id: 'pay_1', scope: 'somebody' },
      ],
    ]);
  });

  it('of many payments share calls of a hundred, two at a time', async () => {
    const answers: (() => void)[] = [];
    const sizes: number[] = [];
    const { watchPayment } = createPaymentWatcher({
      clock: CLOCK,
      changes: { watch: () => ({ changed: () => Promise.resolve(), close: () => undefined }) },
      store: {
        findByIds: (ids) => {
          sizes.push(ids.length);
          return new Promise((resolve) =>
            answers.push(() => {
              resolve(ids.map(({ id }) => waitingFor({ id })));
            }),
          );
        },
      },
    });
    const results = Array.from({ length: 350 }, (_none, index) => watchPayment(`pay_${index}`, LOCAL_CALLER).next());
    await recorded();
    expect(sizes).toEqual([100, 100]);
    for (let call = 0; call < 4; call++) {
      answers[call]?.();
      await recorded();
    }
    expect(sizes).toEqual([100, 100, 100, 50]);
    expect((await Promise.all(results)).map(({ value }) => (value as Payment).id)).toContain('pay_349');
  });
});
