import type { JWTPayload } from 'jose';
import type { Caller } from '../../payments/access/caller.js';
import { isBlank, isPrintable } from '../../shared/text.js';
import { unauthenticated } from './authentication-error.js';
import { CLOCK_TOLERANCE_SECONDS } from './token-verifier.js';

export interface CallerClaims {
  readonly customerClaim: string;
  readonly scopes: ScopeClaims;
}

interface ScopeClaims {
  readonly claims: readonly string[];
  readonly prefix: string;
}

export function toCaller(payload: JWTPayload, { customerClaim, scopes: scopeClaims }: CallerClaims): Caller {
  const scopes = scopesOf(payload, scopeClaims);
  const may = {
    read: scopes.has('payments:read'),
    write: scopes.has('payments:write'),
    anyCustomer: scopes.has('payments:any-customer'),
  };
  const issuer = payload.iss ?? '';
  const provedUntilMs = ((payload.exp ?? 0) + CLOCK_TOLERANCE_SECONDS) * 1000;
  // The kind is part of the scope: a customer may bear the name of a client.
  if (may.anyCustomer)
    return {
      scope: `client:${issuer}|${identity(payload.client_id ?? payload.azp)}`,
      customerReference: null,
      may,
      provedUntilMs,
    };
  const customerReference = identity(payload[customerClaim]);
  return { scope: `customer:${issuer}|${customerReference}`, customerReference, may, provedUntilMs };
}

function scopesOf(payload: JWTPayload, { claims, prefix }: ScopeClaims): ReadonlySet<string> {
  const granted = claims
    .map((claim) => payload[claim])
    .flatMap((value) => (typeof value === 'string' ? value.split(' ') : value));
  return new Set(granted.flatMap((entry) => (isPrefixed(entry, prefix) ? [entry.slice(prefix.length)] : [])));
}

function isPrefixed(entry: unknown, prefix: string): entry is string {
  return typeof entry === 'string' && entry.startsWith(prefix);
}

const MAX_IDENTITY_LENGTH = 255;

function identity(value: unknown): string {
  const isUsable =
    typeof value === 'string' && !isBlank(value) && value.length <= MAX_IDENTITY_LENGTH && isPrintable(value);
  // The parser has rounded numbers of more than 15 digits already, so none is written out.
  if (typeof value === 'number') throw unauthenticated('numericCustomer');
  if (!isUsable) throw unauthenticated('noCustomer');
  return value;
}
