import type { JWTPayload } from 'jose';

/** Who tokens must be for: the gateway, by its audience, or the listed clients of an issuer that names no audience. */
export interface TokenRecipients {
  /** Must be in `aud`. Null: `clientIds` is used in its place. */
  readonly audience: string | null;
  /** One of these must be the `client_id` of tokens without `aud`. */
  readonly clientIds: readonly string[];
}

/** Why a token with a right signature is not for this gateway. */
export type RecipientFault = 'notAccess' | 'hasAudience' | 'foreignClient';

export function findRecipientFault(
  payload: JWTPayload,
  { audience, clientIds }: TokenRecipients,
): RecipientFault | null {
  if (isIdToken(payload)) return 'notAccess';
  if (audience !== null) return null;
  // An audience names another service, or the client itself as in every ID token.
  if (payload.aud !== undefined) return 'hasAudience';
  return clientIds.some((clientId) => clientId === payload.client_id) ? null : 'foreignClient';
}

/** Knows ID tokens by what Cognito, Keycloak and OpenID Connect have in them only. */
function isIdToken({ token_use: use, typ, at_hash: hash }: JWTPayload): boolean {
  return (use !== undefined && use !== 'access') || typ === 'ID' || hash !== undefined;
}
