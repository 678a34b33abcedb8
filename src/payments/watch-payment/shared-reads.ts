import type { Payment } from '../model/payment.js';
import type { OwnedId, PaymentReads } from '../ports/payment-reads.js';

/** Reads a payment as it stands at some moment after the call; null where the scope has none. Throws StoreUnavailableError. */
export type ReadPayment = (owned: OwnedId) => Promise<Payment | null>;

/** How many payments one call to the store asks for. */
const MAX_BATCH_SIZE = 100;
/** However many watchers are woken at once, their reads leave most of the store's connections to those who pay. */
const MAX_CALLS_AT_ONCE = 2;

interface WaitingRead {
  readonly owned: OwnedId;
  readonly answered: Promise<Payment | null>;
  resolve(payment: Payment | null): void;
  reject(error: unknown): void;
}

/** Reads for many at once: those of one scope who ask for the same payment share an answer, those who ask in the same moment share a call to the store. */
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

  /** Whoever asks from here on waits for a later call: the answer to this one may be older than the question. */
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
    // Both parts may hold any character.
    const key = JSON.stringify([owned.scope, owned.id]);
    const shared = waiting.get(key);
    if (shared !== undefined) return shared.answered;
    // After everybody who was woken by the same timer or message has asked.
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
