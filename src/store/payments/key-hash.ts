import { createHash } from 'node:crypto';

/** SHA-256 of an idempotency key in lower-case hex: what is left of it once it has expired. */
export function hashKey(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex');
}
