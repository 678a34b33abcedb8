import { randomUUID } from 'node:crypto';

const PREFIXES = { payment: 'pay', event: 'pev', request: 'req', claim: 'clm' } as const;
export type IdKind = keyof typeof PREFIXES;

/** Makes ids: `pay_` and 32 hexadecimal digits of a UUIDv7, so that ids made later sort later and nobody can guess one (74 random bits). */
export function newId(kind: IdKind, nowMs: number): string {
  // Of a random UUID (v4) all but the first 48 bits and the version are as v7 wants them; Node makes those in batches.
  const uuid = randomUUID();
  const random = uuid.slice(15, 18) + uuid.slice(19, 23) + uuid.slice(24);
  return `${PREFIXES[kind]}_${Math.trunc(nowMs).toString(16).padStart(12, '0')}7${random}`;
}
