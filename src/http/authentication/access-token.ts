import type { JWTPayload } from 'jose';

/** For whom tokens must have been made: the gateway, by its audience, or the listed clients of an issuer whose tokens name none. */
export interface TokenRecipients {
  /** What `aud` must hold. Null: `clientIds` stands in for it. */
  readonly audience: string | null;
  /** What `client_id` must be, one of these, in tokens without `aud`. */
  readonly clientIds: readonly string[];
}

/** Why a token with a right signature is none for this gateway. */
export type RecipientFault = 'notAccess' | 'hasAudience' | 'foreignClient';

/** Null where the payload is that of an access token, and of a listed client where no audience is asked for. */
export function findRecipientFault(
  payload: JWTPayload,
  { audience, clientIds }: TokenRecipients,
): RecipientFault | null {
  if (isIdToken(payload)) return 'notAccess';
  if (audience !== null) return null;
  // Made for somebody by name: for another service, or for the client itself, as every ID token is.
  if (payload.aud !== undefined) return 'hasAudience';
  return clientIds.some((clientId) => clientId === payload.client_id) ? null : 'foreignClient';
}

/** By what Cognito, Keycloak and OpenID Connect have in ID tokens only. */
function isIdToken({ token_use: use, typ, at_hash: hash }: JWTPayload): boolean {
  return (use !== undefined && use !== 'access') || typ === 'ID' || hash !== undefined;
}
