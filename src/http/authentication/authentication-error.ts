import { HttpError } from '../transport/http-error.js';

export function unauthenticated(reason: AuthenticationFailure): HttpError {
  return ERRORS[reason];
}

const CHALLENGE = 'Bearer realm="payments"';

const REASONS = {
  missing: 'Send an access token in the header Authorization: Bearer.',
  malformed: 'The Authorization header must hold Bearer and one token, in at most 14336 characters.',
  expired: 'The access token has expired.',
  notAccepted:
    'The access token is not accepted: its signature, issuer, audience, client or times are not what they must be.',
  notAccess: 'The token is no access token: send the access token in place of the ID token.',
  numericCustomer: 'The access token says by a number whom it was given to, where a text is needed.',
  noCustomer: 'The access token does not say whom it was given to.',
} as const;
type AuthenticationFailure = keyof typeof REASONS;

const ERRORS = Object.fromEntries(
  Object.entries(REASONS).map(([reason, sentence]) => [reason, toError(reason, sentence)]),
) as Record<AuthenticationFailure, HttpError>;

function toError(reason: string, sentence: string): HttpError {
  return new HttpError({
    status: 401,
    code: 'UNAUTHENTICATED',
    message: `${sentence} Nothing was executed.`,
    headers: { 'www-authenticate': reason === 'missing' ? CHALLENGE : `${CHALLENGE}, error="invalid_token"` },
  });
}

export function authenticationUnavailable(): HttpError {
  return UNAVAILABLE;
}

const UNAVAILABLE = new HttpError({
  status: 503,
  code: 'AUTHENTICATION_UNAVAILABLE',
  message: 'Access tokens can not be checked just now. Nothing was executed; send the request again in a moment.',
  headers: { 'retry-after': '5' },
});

export function routerRequired(): HttpError {
  return new HttpError({
    status: 403,
    code: 'ROUTER_REQUIRED',
    message: 'This server takes requests from its router only. Nothing was executed.',
  });
}
