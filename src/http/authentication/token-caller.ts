import type { JWTPayload } from 'jose';
import type { Caller } from '../../payments/caller.js';
import { unauthenticated } from './authentication-refusal.js';
import { CLOCK_TOLERANCE_SECONDS } from './token-verifier.js';

/** Who holds a verified token. Throws HttpRefusal (401) where the token does not say. */
export function toCaller(payload: JWTPayload, customerClaim: string): Caller {
  const scopes = scopesOf(payload);
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
      ...{ may, provedUntilMs },
    };
  const customerReference = identity(payload[customerClaim]);
  return { scope: `customer:${issuer}|${customerReference}`, customerReference, may, provedUntilMs };
}

/** OAuth's `scope` is a text with blanks between; some issuers send a list, or `scp`. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<string> {
  const granted = [scope, scp].flatMap((value) => (typeof value === 'string' ? value.split(' ') : value));
  return new Set(granted.filter((entry) => typeof entry === 'string'));
}

/** The longest customer reference that the provider and the store take. */
const MAX_IDENTITY_LENGTH = 255;
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

function identity(value: unknown): string {
  const isUsable =
    typeof value === 'string' && value.trim() !== '' && value.length <= MAX_IDENTITY_LENGTH && !UNSTORABLE.test(value);
  if (!isUsable) throw unauthenticated('noCustomer');
  return value;
}
