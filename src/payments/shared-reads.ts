import type { Payment } from './payment.js';
import type { PaymentStore } from './ports.js';

/** Reads a payment as it stands at some moment after the call; null where there is none. Throws StoreUnavailableError. */
export type ReadPayment = (paymentId: string) => Promise<Payment | null>;

/** How many payments one call to the store asks for. */
const MAX_BATCH_SIZE = 100;
/** However many watchers are woken at once, their reads leave most of the store's connections to those who pay. */
const MAX_CALLS_AT_ONCE = 2;

interface WaitingRead {
  readonly answered: Promise<Payment | null>;
  resolve(payment: Payment | null): void;
  reject(error: unknown): void;
}

/** Reads for many at once: those who ask for the same payment share an answer, those who ask in the same moment share a call to the store. */
export function createSharedReads(store: Pick<PaymentStore, 'findByIds'>): ReadPayment {
  const waiting = new Map<string, WaitingRead>();
  let callsUnderWay = 0;

  function startCalls(): void {
    while (callsUnderWay < MAX_CALLS_AT_ONCE && waiting.size > 0) {
      callsUnderWay += 1;
      void call([...waiting.keys()].slice(0, MAX_BATCH_SIZE)).finally(() => {
        callsUnderWay -= 1;
        startCalls();
      });
    }
  }

  /** Whoever asks from here on waits for a later call: the answer to this one may be older than the question. */
  async function call(ids: readonly string[]): Promise<void> {
    const reads = ids.map((id) => waiting.get(id));
    for (const id of ids) waiting.delete(id);
    try {
      const payments = await store.findByIds(ids);
      reads.forEach((read, index) => read?.resolve(payments[index] ?? null));
    } catch (error) {
      for (const read of reads) read?.reject(error);
    }
  }

  return (paymentId) => {
    const shared = waiting.get(paymentId);
    if (shared !== undefined) return shared.answered;
    // After everybody who was woken by the same timer or message has asked.
    if (waiting.size === 0) setImmediate(startCalls);
    const read = newRead();
    waiting.set(paymentId, read);
    return read.answered;
  };
}

function newRead(): WaitingRead {
  let resolve: WaitingRead['resolve'] = () => undefined;
  let reject: WaitingRead['reject'] = () => undefined;
  const answered = new Promise<Payment | null>((resolveAnswer, rejectAnswer) => {
    resolve = resolveAnswer;
    reject = rejectAnswer;
  });
  return { answered, resolve, reject };
}
