import { list, oneOf, parseSafeUrl, refuse, secrets, text, type Environment, type Secret } from './environment.js';
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
  const mode = readMode(env);
  if (mode === 'none') assertNobodyElseCalls(env, { production, host });
  return {
    mode,
    // In production there is no other mode: what it needs is told beside the mode itself.
    tokens: mode === 'jwt' || production ? readTokenConfig(env, production) : null,
    routerSecrets: secrets(env, 'ROUTER_SECRET', MIN_ROUTER_SECRET_LENGTH),
  };
}

/** A misspelt mode is taken for the one that nothing more is to be said of. */
function readMode(env: Environment): AuthConfig['mode'] {
  if (text(env, 'AUTH_MODE') === null) return 'none';
  return oneOf(env, 'AUTH_MODE', ['none', 'jwt'] as const) ?? 'jwt';
}

function assertNobodyElseCalls(env: Environment, { production, host }: AuthOptions): void {
  if (production) {
    refuse(env, 'AUTH_MODE must be jwt in production: payments are not open to everybody.', null);
  } else if (!isLoopback(host)) {
    refuse(
      env,
      'AUTH_MODE=none takes requests from this machine only: set HOST to a loopback address, or AUTH_MODE to jwt.',
      null,
    );
  }
}

function readTokenConfig(env: Environment, production: boolean): TokenConfig {
  const customerClaim = readCustomerClaim(env);
  const claims = { customerClaim, scopes: readScopeConfig(env, customerClaim) };
  if (!production && text(env, 'AUTH_JWKS_URL') === null) {
    assertNoneSet(env, ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_CLIENT_IDS']);
    return { jwksUrl: null, jwksProxy: null, issuer: DEV_ISSUER, audience: DEV_AUDIENCE, clientIds: [], ...claims };
  }
  const issuer = readIssuer(env);
  const url = jwksUrl(env);
  const jwksProxy = url === null ? null : readProxy(env, url);
  return { jwksUrl: url, jwksProxy, issuer, ...readRecipients(env), ...claims };
}

function assertNoneSet(env: Environment, names: readonly string[]): void {
  if (names.every((name) => text(env, name) === null)) return;
  refuse(env, `AUTH_JWKS_URL is not set, but one of ${names.join(', ')} is: set it as well, or none of them.`, null);
}

function readIssuer(env: Environment): string {
  const issuer = text(env, 'AUTH_ISSUER');
  if (issuer === null)
    return refuse(
      env,
      'AUTH_ISSUER is not set: it says whose access tokens are taken. Set it to what their claim iss holds, such as https://login.example/.',
      '',
    );
  if (issuer.length <= MAX_ISSUER_LENGTH) return issuer;
  return refuse(env, `AUTH_ISSUER must have at most ${MAX_ISSUER_LENGTH} characters.`, '');
}

/** One of the two: without either any token of the issuer would do, whatever service it was made for. */
function readRecipients(env: Environment): Pick<TokenConfig, 'audience' | 'clientIds'> {
  const recipients = { audience: text(env, 'AUTH_AUDIENCE'), clientIds: list(env, 'AUTH_CLIENT_IDS') };
  const clients = text(env, 'AUTH_CLIENT_IDS');
  if (recipients.audience === null && clients === null)
    return refuse(
      env,
      'AUTH_AUDIENCE is not set: it says for whom access tokens must have been made. Set it to what their claim aud holds, or set AUTH_CLIENT_IDS where the issuer gives access tokens no audience.',
      recipients,
    );
  if (recipients.audience !== null && clients !== null)
    return refuse(
      env,
      'Set AUTH_AUDIENCE or AUTH_CLIENT_IDS, not both: the one is for tokens with aud, the other without.',
      recipients,
    );
  if (recipients.audience === null && recipients.clientIds.length === 0)
    return refuse(env, 'AUTH_CLIENT_IDS lists no client.', recipients);
  return recipients;
}

function readScopeConfig(env: Environment, customerClaim: string): ScopeConfig {
  const named = list(env, 'AUTH_SCOPE_CLAIM');
  if (named.some((claim) => claim === customerClaim || CLAIMS_WITHOUT_SCOPES.includes(claim)))
    refuse(
      env,
      `AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither AUTH_CUSTOMER_CLAIM nor one of these: ${CLAIMS_WITHOUT_SCOPES.join(', ')}.`,
      null,
    );
  const prefix = text(env, 'AUTH_SCOPE_PREFIX') ?? '';
  if (/\s/.test(prefix)) refuse(env, 'AUTH_SCOPE_PREFIX must have no blanks in it, as scopes have none.', null);
  return { claims: named.length === 0 ? DEFAULT_SCOPE_CLAIMS : named, prefix };
}

function readCustomerClaim(env: Environment): string {
  const claim = text(env, 'AUTH_CUSTOMER_CLAIM') ?? DEFAULT_CUSTOMER_CLAIM;
  if (!CLAIMS_OF_NO_PERSON.includes(claim)) return claim;
  return refuse(
    env,
    `AUTH_CUSTOMER_CLAIM must name a claim that says which customer a person is, and none of these, which are about the token or its client: ${CLAIMS_OF_NO_PERSON.join(', ')}.`,
    DEFAULT_CUSTOMER_CLAIM,
  );
}

/** Whoever can change the keys on their way can sign any token, so they come over TLS. Null where it is refused. */
function jwksUrl(env: Environment): string | null {
  const value = text(env, 'AUTH_JWKS_URL');
  if (value === null)
    return refuse(
      env,
      'AUTH_JWKS_URL is not set: access tokens are proved by the keys there. Set it to the jwks_uri of the issuer, such as https://login.example/.well-known/jwks.json.',
      null,
    );
  const url = parseSafeUrl(value);
  if (url !== null) return url.href;
  return refuse(
    env,
    'AUTH_JWKS_URL must be an absolute https URL (http only for a loopback host) without credentials.',
    null,
  );
}

/** Guessing must be hopeless: 32 characters of a random text. */
export function isRouterSecret(entry: string): boolean {
  return entry.length >= MIN_ROUTER_SECRET_LENGTH;
}
