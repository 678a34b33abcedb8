import {
  ConfigError,
  oneOf,
  parseSafeUrl,
  required,
  secrets,
  text,
  type Environment,
  type Secret,
} from './environment.js';
import { isLoopback } from './shared/loopback.js';

/** How callers prove who they are. */
export interface AuthConfig {
  readonly mode: 'none' | 'jwt';
  /** Null where there are no tokens. */
  readonly tokens: TokenConfig | null;
  /** What a router must send with every request, one of a comma list; null: callers come directly. */
  readonly routerSecrets: Secret | null;
}

export interface TokenConfig {
  /** Null outside production: a key of this machine's own, in the data folder. */
  readonly jwksUrl: string | null;
  readonly issuer: string;
  readonly audience: string;
  /** The claim that says which customer a person is. */
  readonly customerClaim: string;
}

/** What the tokens of `npm run token` say. */
export const DEV_ISSUER = 'urn:clink-graphql-gateway:development';
export const DEV_AUDIENCE = 'clink-graphql-gateway';

const DEFAULT_CUSTOMER_CLAIM = 'sub';
/** The same for everybody, or another with each token: people would see each other's payments, or not their own. */
const CLAIMS_OF_NO_PERSON = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scp', 'client_id', 'azp'];
/** Stored with every payment, beside a customer of at most 255 characters. */
const MAX_ISSUER_LENGTH = 240;
const MIN_ROUTER_SECRET_LENGTH = 32;

export interface AuthTerms {
  readonly production: boolean;
  readonly host: string;
}

/** Reads how callers are authenticated. Throws ConfigError. */
export function readAuthConfig(env: Environment, { production, host }: AuthTerms): AuthConfig {
  const mode = oneOf(env, 'AUTH_MODE', ['none', 'jwt'] as const) ?? 'none';
  if (mode === 'none' && production)
    throw new ConfigError('AUTH_MODE must be jwt in production: payments are not open to everybody.');
  if (mode === 'none' && !isLoopback(host))
    throw new ConfigError(
      'AUTH_MODE=none takes requests from this machine only: set HOST to a loopback address, or AUTH_MODE to jwt.',
    );
  return {
    mode,
    tokens: mode === 'jwt' ? readTokenConfig(env, production) : null,
    routerSecrets: secrets(env, 'ROUTER_SECRET', MIN_ROUTER_SECRET_LENGTH),
  };
}

function readTokenConfig(env: Environment, production: boolean): TokenConfig {
  const customerClaim = readCustomerClaim(env);
  if (!production && text(env, 'AUTH_JWKS_URL') === null) {
    if (text(env, 'AUTH_ISSUER') !== null || text(env, 'AUTH_AUDIENCE') !== null)
      throw new ConfigError('AUTH_JWKS_URL is not set, but AUTH_ISSUER or AUTH_AUDIENCE is: set all three, or none.');
    return { jwksUrl: null, issuer: DEV_ISSUER, audience: DEV_AUDIENCE, customerClaim };
  }
  const issuer = required(env, 'AUTH_ISSUER');
  if (issuer.length > MAX_ISSUER_LENGTH)
    throw new ConfigError(`AUTH_ISSUER must have at most ${MAX_ISSUER_LENGTH} characters.`);
  return { jwksUrl: jwksUrl(env), issuer, audience: required(env, 'AUTH_AUDIENCE'), customerClaim };
}

function readCustomerClaim(env: Environment): string {
  const claim = text(env, 'AUTH_CUSTOMER_CLAIM') ?? DEFAULT_CUSTOMER_CLAIM;
  if (!CLAIMS_OF_NO_PERSON.includes(claim)) return claim;
  throw new ConfigError(
    `AUTH_CUSTOMER_CLAIM must name a claim that says which customer a person is, and none of these, which are about the token or its client: ${CLAIMS_OF_NO_PERSON.join(', ')}.`,
  );
}

/** Whoever can change the keys on their way can sign any token, so they come over TLS. */
function jwksUrl(env: Environment): string {
  const url = parseSafeUrl(required(env, 'AUTH_JWKS_URL'));
  if (url !== null) return url.href;
  throw new ConfigError(
    'AUTH_JWKS_URL must be an absolute https URL (http only for a loopback host) without credentials.',
  );
}

/** Guessing must be hopeless: 32 characters of a random text. */
export function isRouterSecret(entry: string): boolean {
  return entry.length >= MIN_ROUTER_SECRET_LENGTH;
}
