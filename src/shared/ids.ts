import { createHash, randomUUID } from 'node:crypto';

const PREFIXES = { event: 'pev', request: 'req', claim: 'clm' } as const;
type IdKind = keyof typeof PREFIXES;

export function newId(kind: IdKind, nowMs: number): string {
  // A v4 UUID, which Node makes in batches, is a v7 one but for its first 48 bits and its version.
  const uuid = randomUUID();
  const random = uuid.slice(15, 18) + uuid.slice(19, 23) + uuid.slice(24);
  return `${PREFIXES[kind]}_${Math.trunc(nowMs).toString(16).padStart(12, '0')}7${random}`;
}

/**
 * The payment's id: `pay_` and 32 hexadecimal digits of a SHA-256 of scope and key. A database that lost the
 * payment gives the key the same id again, by which its order is found.
 */
export function paymentIdOf(scope: string, idempotencyKey: string): string {
  const hash = createHash('sha256').update(`payment\n${scope}\n${idempotencyKey}`).digest('hex');
  return `pay_${hash.slice(0, 32)}`;
}
