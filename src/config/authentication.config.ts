import {
  ConfigError,
  list,
  oneOf,
  parseSafeUrl,
  required,
  secrets,
  text,
  type Environment,
  type Secret,
} from './environment.js';
import { readProxy } from './proxy.config.js';
import { isLoopback } from '../shared/net/loopback.js';

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
  /** Through which it is read, with its credentials; null: directly. */
  readonly jwksProxy: URL | null;
  readonly issuer: string;
  /** Whom a token must have been made for. Null: it has no audience, and must be of one of these clients. */
  readonly audience: string | null;
  readonly clientIds: readonly string[];
  /** The claim that says which customer a person is. */
  readonly customerClaim: string;
  readonly scopes: ScopeConfig;
}

/** Where a token says what its holder may do. */
export interface ScopeConfig {
  readonly claims: readonly string[];
  /** What the issuer puts before each of this gateway's scopes; others are passed over. */
  readonly prefix: string;
}

/** What the tokens of `npm run token` say. */
export const DEV_ISSUER = 'urn:clink-graphql-gateway:development';
export const DEV_AUDIENCE = 'clink-graphql-gateway';

const DEFAULT_CUSTOMER_CLAIM = 'sub';
const DEFAULT_SCOPE_CLAIMS = ['scope', 'scp'];
/** About the token, its holder or its client: what stands there was granted by nobody. */
const CLAIMS_WITHOUT_SCOPES = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'azp'];
/** The same for everybody, or another with each token: people would see each other's payments, or not their own. */
const CLAIMS_OF_NO_PERSON = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scp', 'client_id', 'azp'];
/** Stored with every payment, beside a customer of at most 255 characters. */
const MAX_ISSUER_LENGTH = 240;
const MIN_ROUTER_SECRET_LENGTH = 32;

export interface AuthOptions {
  readonly production: boolean;
  readonly host: string;
}

/** Reads how callers are authenticated. Throws ConfigError. */
export function readAuthConfig(env: Environment, { production, host }: AuthOptions): AuthConfig {
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
  const claims = { customerClaim, scopes: readScopeConfig(env, customerClaim) };
  if (!production && text(env, 'AUTH_JWKS_URL') === null) {
    assertNoneSet(env, ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_CLIENT_IDS']);
    return { jwksUrl: null, jwksProxy: null, issuer: DEV_ISSUER, audience: DEV_AUDIENCE, clientIds: [], ...claims };
  }
  const issuer = required(env, 'AUTH_ISSUER');
  if (issuer.length > MAX_ISSUER_LENGTH)
    throw new ConfigError(`AUTH_ISSUER must have at most ${MAX_ISSUER_LENGTH} characters.`);
  const url = jwksUrl(env);
  return { jwksUrl: url, jwksProxy: readProxy(env, url), issuer, ...readRecipients(env), ...claims };
}

function assertNoneSet(env: Environment, names: readonly string[]): void {
  if (names.every((name) => text(env, name) === null)) return;
  throw new ConfigError(
    `AUTH_JWKS_URL is not set, but one of ${names.join(', ')} is: set it as well, or none of them.`,
  );
}

/** One of the two: without either any token of the issuer would do, whatever service it was made for. */
function readRecipients(env: Environment): Pick<TokenConfig, 'audience' | 'clientIds'> {
  const audience = text(env, 'AUTH_AUDIENCE');
  const clients = text(env, 'AUTH_CLIENT_IDS');
  if (audience === null && clients === null)
    throw new ConfigError(
      'AUTH_AUDIENCE is not set: set it, or AUTH_CLIENT_IDS where the issuer gives access tokens no audience.',
    );
  if (audience !== null && clients !== null)
    throw new ConfigError(
      'Set AUTH_AUDIENCE or AUTH_CLIENT_IDS, not both: the one is for tokens with aud, the other without.',
    );
  const clientIds = list(env, 'AUTH_CLIENT_IDS');
  if (audience === null && clientIds.length === 0) throw new ConfigError('AUTH_CLIENT_IDS lists no client.');
  return { audience, clientIds };
}

function readScopeConfig(env: Environment, customerClaim: string): ScopeConfig {
  const named = list(env, 'AUTH_SCOPE_CLAIM');
  if (named.some((claim) => claim === customerClaim || CLAIMS_WITHOUT_SCOPES.includes(claim)))
    throw new ConfigError(
      `AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither AUTH_CUSTOMER_CLAIM nor one of these: ${CLAIMS_WITHOUT_SCOPES.join(', ')}.`,
    );
  const prefix = text(env, 'AUTH_SCOPE_PREFIX') ?? '';
  if (/\s/.test(prefix)) throw new ConfigError('AUTH_SCOPE_PREFIX must have no blanks in it, as scopes have none.');
  return { claims: named.length === 0 ? DEFAULT_SCOPE_CLAIMS : named, prefix };
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
