import type { Payment } from '../model/payment.js';
import type { OwnedId, PaymentReads } from '../ports/payment-reads.js';

export type ReadPayment = (owned: OwnedId) => Promise<Payment | null>;

const MAX_BATCH_SIZE = 100;
/** Leaves most of the store's connections to payments, however many watchers are woken at once. */
const MAX_CALLS_AT_ONCE = 2;

interface WaitingRead {
  readonly owned: OwnedId;
  readonly answered: Promise<Payment | null>;
  resolve(payment: Payment | null): void;
  reject(error: unknown): void;
}

/** Reads of one payment in one scope share an answer; all reads of one moment share a call to the store. */
export function createSharedReads(store: Pick<PaymentReads, 'findByIds'>): ReadPayment {
  const waiting = new Map<string, WaitingRead>();
  let callsUnderWay = 0;

  function startCalls(): void {
    while (callsUnderWay < MAX_CALLS_AT_ONCE && waiting.size > 0) {
      callsUnderWay += 1;
      void call([...waiting.entries()].slice(0, MAX_BATCH_SIZE)).finally(() => {
        callsUnderWay -= 1;
        startCalls();
      });
    }
  }

  /** A read that is asked for from here on waits for a later call: this one's answer may be older than the question. */
  async function call(reads: readonly (readonly [string, WaitingRead])[]): Promise<void> {
    for (const [key] of reads) waiting.delete(key);
    try {
      const payments = await store.findByIds(reads.map(([, { owned }]) => owned));
      reads.forEach(([, read], index) => {
        read.resolve(payments[index] ?? null);
      });
    } catch (error) {
      for (const [, read] of reads) read.reject(error);
    }
  }

  return (owned) => {
    const key = JSON.stringify([owned.scope, owned.id]);
    const shared = waiting.get(key);
    if (shared !== undefined) return shared.answered;
    if (waiting.size === 0) setImmediate(startCalls);
    const read = newRead(owned);
    waiting.set(key, read);
    return read.answered;
  };
}

function newRead({ id, scope }: OwnedId): WaitingRead {
  let resolve: WaitingRead['resolve'] = () => undefined;
  let reject: WaitingRead['reject'] = () => undefined;
  const answered = new Promise<Payment | null>((resolveAnswer, rejectAnswer) => {
    resolve = resolveAnswer;
    reject = rejectAnswer;
  });
  return { owned: { id, scope }, answered, resolve, reject };
}
