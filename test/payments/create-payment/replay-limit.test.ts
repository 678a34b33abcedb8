import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import type { CreatePaymentCommand } from '../../../src/payments/model/create-payment-command.js';
import type { CreatePaymentOutcome } from '../../../src/payments/create-payment/create-payment.outcome.js';
import { createConcurrencyLimiter } from '../../../src/payments/access/per-caller.js';
import type { PaymentService } from '../../../src/payments/create-payment/create-payment.service.js';
import { withReplayLimit } from '../../../src/payments/create-payment/replay-limit.js';

const NOW_MS = 1_780_000_000_000;
const ANSWER: CreatePaymentOutcome = { kind: 'unavailable', code: 'STORE_UNAVAILABLE', retryAtMs: null };
const COME_AGAIN: CreatePaymentOutcome = { kind: 'rateLimited', retryAtMs: NOW_MS + 2_000 };

const person = (name: string): Caller => ({
  ...{ scope: `customer:${name}`, customerReference: name },
  may: { read: true, write: true, anyCustomer: false },
});
const shop: Caller = { ...LOCAL_CALLER, scope: 'client:shop' };

/** Of createPayment, whose calls end when the test says so. */
function limited(perPerson: number | null, perService: number | null = null) {
  const begun: { readonly key: string; end(): void; fail(): void }[] = [];
  const service: PaymentService = {
    createPayment: ({ idempotencyKey }) =>
      new Promise((resolve, reject) => {
        const end = () => {
          resolve(ANSWER);
        };
        begun.push({ key: idempotencyKey, end, fail: () => reject(new Error('a bug')) });
      }),
  };
  const limiter = createConcurrencyLimiter({ perPerson, perService });
  const { createPayment } = withReplayLimit(service, { limiter, clock: { now: () => NOW_MS } });
  const call = (caller: Caller, idempotencyKey: string) =>
    createPayment({ idempotencyKey } as CreatePaymentCommand, caller);
  return { begun, call };
}

describe('calls that repeat a key at work', () => {
  it('are as many as the caller may have; one more is told when to come again, and does nothing', async () => {
    const { begun, call } = limited(2);
    const waiting = [1, 2, 3].map(() => call(person('alice'), 'one'));

    expect(await call(person('alice'), 'one')).toEqual(COME_AGAIN);
    expect(begun).toHaveLength(3);
    begun.forEach(({ end }) => {
      end();
    });
    expect(await Promise.all(waiting)).toEqual([ANSWER, ANSWER, ANSWER]);
  });

  it('are counted over all keys of a person, while first calls are not', async () => {
    const { begun, call } = limited(2);
    for (const key of ['one', 'one', 'two', 'two']) void call(person('alice'), key);

    expect(await call(person('alice'), 'two')).toEqual(COME_AGAIN);
    for (const key of ['three', 'four', 'five']) void call(person('alice'), key);
    expect(begun.map(({ key }) => key)).toEqual(['one', 'one', 'two', 'two', 'three', 'four', 'five']);
  });

  it('are each caller’s own, also with the same key', async () => {
    const { begun, call } = limited(1, 2);
    for (const caller of [person('alice'), person('alice'), person('bob'), person('bob')]) void call(caller, 'one');
    for (let calls = 1; calls <= 3; calls++) void call(shop, 'one');

    expect(begun).toHaveLength(7);
    for (const caller of [person('alice'), person('bob'), shop]) expect(await call(caller, 'one')).toEqual(COME_AGAIN);
  });

  it('leave their places when they end, well or not, and the key when all have ended', async () => {
    const { begun, call } = limited(1);
    const first = call(person('alice'), 'one');
    const second = call(person('alice'), 'one');
    begun[1]?.fail();
    await expect(second).rejects.toThrow('a bug');
    const third = call(person('alice'), 'one');
    begun[0]?.end();
    await first;
    expect(await call(person('alice'), 'one')).toEqual(COME_AGAIN);
    begun[2]?.end();
    await third;

    void call(person('alice'), 'one');
    void call(person('alice'), 'one');
    expect(begun).toHaveLength(5);
  });

  it('may be any number where there is no limit', () => {
    const { begun, call } = limited(null);
    for (let calls = 1; calls <= 500; calls++) void call(person('alice'), 'one');
    expect(begun).toHaveLength(500);
  });
});
