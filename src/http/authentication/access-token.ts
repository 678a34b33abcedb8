import type { JWTPayload } from 'jose';

/** Who tokens must be for: the gateway, by its audience, or the listed clients of an issuer that names no audience. */
export interface TokenRecipients {
  readonly audience: string | null;
  readonly clientIds: readonly string[];
}

type RecipientFault = 'notAccess' | 'hasAudience' | 'foreignClient';

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
