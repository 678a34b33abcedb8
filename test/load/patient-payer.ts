import type { Gateway } from '../support/gateway/gateway.js';

type Paying = Pick<Gateway<'tokens'>, 'pay'>;

/**
 * Sends createPayment again with the same key for as long as the store turns it away, as it does on a slow machine.
 * A flood that keeps payments out keeps them out however often they are sent, and the test does not end.
 */
export async function payPatiently(
  gateway: Paying,
  token: string,
  idempotencyKey = `key-of-a-payer-${crypto.randomUUID()}`,
): ReturnType<Paying['pay']> {
  for (;;) {
    const answer = await gateway.pay(token, { idempotencyKey });
    if (answer.code !== 'STORE_UNAVAILABLE') return answer;
    expect(answer.retry).toBe('RETRY_SAME_KEY');
  }
}
