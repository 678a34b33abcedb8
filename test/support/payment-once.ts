import { findByKey } from './graphql-client.js';

export type FoundPayment = Record<string, unknown> & {
  readonly id: string;
  readonly status: string;
  readonly timeline: readonly { readonly status: string; readonly source: string }[];
};

const WITHIN_MS = 150_000;
const PAUSE_MS = 50;

/** Asks for the payment of the input's key until it is as wanted; a store that is away meanwhile is waited for as well. */
export async function paymentOnce(
  url: string,
  input: Readonly<Record<string, unknown>>,
  holds: (payment: FoundPayment) => boolean,
): Promise<FoundPayment> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const payment = (await findByKey(url, input.idempotencyKey)) as FoundPayment | null;
    if (payment !== null && holds(payment)) return payment;
    if (performance.now() > deadline) throw new Error(`the payment did not get there: ${JSON.stringify(payment)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
