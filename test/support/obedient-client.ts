import { randomUUID } from 'node:crypto';
import type { RetryAdvice } from '../../src/payments/model/errors.js';
import { createPayment } from './graphql-client.js';
import { paymentOnce } from './payment-once.js';

export type Input = Readonly<Record<string, unknown>>;

/** A client that does what it is told, to the end. */
export interface Client {
  readonly url: string;
  /** What it changes where it has to correct its input, or takes another instrument for another attempt. */
  readonly correction: Input;
  /** What happens while it waits. */
  readonly meanwhile: () => Promise<void>;
}

/** What an answer, or a payment that was asked for, tells. */
export interface Told {
  /** Of an error or a failure; null where there is none. */
  readonly code: string | null;
  readonly advice: RetryAdvice | null;
  /** Of the payment that comes with it. */
  readonly status: string | null;
}

/** More than any chain of advice takes that leads somewhere. */
const MOST_STEPS = 12;

/** Sends the input and obeys until there is nothing left to do. Resolves with everything that it was told, in order. */
export async function obey(input: Input, client: Client): Promise<Told[]> {
  const all: Told[] = [];
  let next: Input | null = input;
  while (next !== null && all.length < MOST_STEPS) {
    const sent: Input = next;
    const told = toTold((await createPayment(client.url, sent)) as Answer);
    all.push(told);
    next = await follow(told, { sent, all, client });
  }
  return all;
}

interface Step {
  readonly sent: Input;
  readonly all: Told[];
  readonly client: Client;
}

/** What it sends next; null for nothing. */
async function follow({ advice, status }: Told, { sent, all, client }: Step): Promise<Input | null> {
  switch (advice) {
    case null:
      if (isFinal(status)) return null;
      break;
    case 'DO_NOT_RETRY':
      return null;
    case 'FIX_INPUT':
      return { ...sent, ...client.correction };
    case 'USE_NEW_KEY':
      return { ...sent, ...client.correction, idempotencyKey: `another-${randomUUID()}` };
    case 'RETRY_SAME_KEY':
      await client.meanwhile();
      return sent;
    case 'WAIT_AND_QUERY':
      break;
  }
  await client.meanwhile();
  const later = toToldOf(await paymentOnce(client.url, sent, isDecided));
  all.push(later);
  return later.advice === 'WAIT_AND_QUERY' ? null : follow(later, { sent, all, client });
}

interface ToldPayment {
  readonly status: string;
  readonly failure?: { readonly code: string; readonly retry: RetryAdvice } | null;
}

type Answer = { readonly retry?: RetryAdvice; readonly code?: string } & Partial<
  Readonly<Record<'payment' | 'conflicting' | 'rejected', ToldPayment | null>>
>;

function toTold({ code, retry, payment, conflicting, rejected }: Answer): Told {
  const told = payment ?? conflicting ?? rejected ?? null;
  if (retry === undefined) return toToldOf(told);
  return { code: code ?? null, advice: retry, status: told?.status ?? null };
}

function toToldOf(payment: ToldPayment | null): Told {
  const failure = payment?.failure ?? null;
  return { code: failure?.code ?? null, advice: failure?.retry ?? null, status: payment?.status ?? null };
}

/** There is an outcome, or a failure that says what to do without one. */
function isDecided(payment: Readonly<Record<string, unknown>>): boolean {
  return isFinal(String(payment.status)) || payment.failure !== null;
}

function isFinal(status: string | null): boolean {
  return ['SUCCEEDED', 'FAILED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(status ?? '');
}
