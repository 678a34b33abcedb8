import { createHash, randomUUID } from 'node:crypto';

const PREFIXES = { event: 'pev', request: 'req', claim: 'clm' } as const;
export type IdKind = keyof typeof PREFIXES;

/** Makes ids: `pev_` and 32 hexadecimal digits of a UUIDv7, so that ids made later sort later and nobody can guess one (74 random bits). */
export function newId(kind: IdKind, nowMs: number): string {
  // Of a random UUID (v4) all but the first 48 bits and the version are as v7 wants them; Node makes those in batches.
  const uuid = randomUUID();
  const random = uuid.slice(15, 18) + uuid.slice(19, 23) + uuid.slice(24);
  return `${PREFIXES[kind]}_${Math.trunc(nowMs).toString(16).padStart(12, '0')}7${random}`;
}

/**
 * The id of the payment that an idempotency key stands for: `pay_` and the first 32 hexadecimal digits of a SHA-256 of scope and key. A
 * database that has forgotten the key gives it the same id again, so an order of the forgotten payment is found by it.
 */
export function paymentIdOf(scope: string, idempotencyKey: string): string {
  const hash = createHash('sha256').update(`payment\n${scope}\n${idempotencyKey}`).digest('hex');
  return `pay_${hash.slice(0, 32)}`;
}
