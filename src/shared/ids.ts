import { randomBytes } from 'node:crypto';

const PREFIXES = { payment: 'pay', event: 'pev', request: 'req', claim: 'clm' } as const;
export type IdKind = keyof typeof PREFIXES;

/** Makes ids: `pay_` and 32 hexadecimal digits of a UUIDv7, so that ids made later sort later and nobody can guess one (74 random bits). */
export function newId(kind: IdKind, nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `${PREFIXES[kind]}_${bytes.toString('hex')}`;
}
