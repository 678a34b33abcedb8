import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';

/** A caller with a good token that pays at a steady rate, whether or not answers come. */
export interface PayingCaller {
  /** Resolves with the milliseconds of each payment from the moment it was due. Rejects where one fails. */
  payFor(durationMs: number): Promise<number[]>;
  close(): Promise<void>;
}

export interface PayingCallerOptions {
  readonly url: string;
  readonly token: string;
  readonly perSecond: number;
}

const CONNECTIONS = 16;
const QUERY =
  'mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { __typename ... on ' +
  'CreatePaymentSuccess { payment { id status } } } }';

export function createPayingCaller({ url, token, perSecond }: PayingCallerOptions): PayingCaller {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const payOnce = async (dueAtMs: number): Promise<number> => {
    const body = JSON.stringify({ query: QUERY, variables: { input: newInput() } });
    const answer = await (await pool.request({ path: '/graphql', method: 'POST', headers, body })).body.text();
    if (!answer.includes('"SUCCEEDED"')) throw new Error(`a payment did not succeed: ${answer}`);
    return performance.now() - dueAtMs;
  };
  return {
    payFor: async (durationMs) => {
      const beganAtMs = performance.now();
      const count = Math.floor((durationMs * perSecond) / 1000);
      const payments = Array.from({ length: count }, async (_, index) => {
        const dueAtMs = beganAtMs + (index * 1000) / perSecond;
        await new Promise((resolve) => setTimeout(resolve, dueAtMs - performance.now()));
        return payOnce(dueAtMs);
      });
      return Promise.all(payments);
    },
    close: () => pool.close(),
  };
}

function newInput(): Record<string, unknown> {
  return {
    idempotencyKey: `bench-${randomUUID()}`,
    referenceCustomerId: 'customer-1',
    amount: '19.99',
    currency: 'USD',
    paymentInstrumentId: `pi_${randomUUID().replaceAll('-', '')}`,
    paymentMethodType: 'CARD',
    returnUrl: 'https://shop.example/return',
  };
}
