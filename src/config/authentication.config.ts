import { list, oneOf, parseSafeUrl, refuse, secrets, text, type Environment, type Secret } from './environment.js';
import { readProxy } from './proxy.config.js';
import { NOT_SET } from './settings.js';
import { isLoopback } from '../shared/net/loopback.js';

export interface AuthConfig {
  readonly mode: 'none' | 'jwt';
  readonly tokens: TokenConfig | null;
  /** What a router must send with every request, one of a comma list; null: callers come directly. */
  readonly routerSecrets: Secret | null;
}

interface TokenConfig {
  /** Null outside production: a key of this machine's own, in the data folder. */
  readonly jwksUrl: string | null;
  readonly jwksProxy: URL | null;
  readonly issuer: string;
  /** The claim aud of a token; null: tokens have none, and must be for one of these clients. */
  readonly audience: string | null;
  readonly clientIds: readonly string[];
  readonly customerClaim: string;
  readonly scopes: ScopeConfig;
}

interface ScopeConfig {
  readonly claims: readonly string[];
  readonly prefix: string;
}

export const DEV_ISSUER = 'urn:clink-graphql-gateway:development';
export const DEV_AUDIENCE = 'clink-graphql-gateway';

const DEFAULT_CUSTOMER_CLAIM = 'sub';
const DEFAULT_SCOPE_CLAIMS = ['scope', 'scp'];
/** Claims about the token, its holder or its client grant nothing. */
const CLAIMS_WITHOUT_SCOPES = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'azp'];
/** The same for every person, or another with each token: people would see each other's payments, or not their own. */
const CLAIMS_OF_NO_PERSON = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scp', 'client_id', 'azp'];
const MAX_ISSUER_LENGTH = 240;
const MIN_ROUTER_SECRET_LENGTH = 32;

interface AuthOptions {
  readonly production: boolean;
  readonly host: string;
}

export function readAuthConfig(env: Environment, { production, host }: AuthOptions): AuthConfig {
  const mode = readMode(env);
  if (mode === 'none') assertOnlyThisMachineCalls(env, { production, host });
  return {
    mode,
    tokens: mode === 'jwt' || production ? readTokenConfig(env, production) : null,
    routerSecrets: secrets(env, 'ROUTER_SECRET', MIN_ROUTER_SECRET_LENGTH),
  };
}

function readMode(env: Environment): AuthConfig['mode'] {
  if (text(env, 'AUTH_MODE') === null) return 'none';
  return oneOf(env, 'AUTH_MODE') ?? 'jwt';
}

function assertOnlyThisMachineCalls(env: Environment, { production, host }: AuthOptions): void {
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
  const url = readJwksUrl(env);
  const jwksProxy = url === null ? null : readProxy(env, url);
  return { jwksUrl: url, jwksProxy, issuer, ...readRecipients(env), ...claims };
}

function assertNoneSet(env: Environment, names: readonly string[]): void {
  if (names.every((name) => text(env, name) === null)) return;
  refuse(env, `AUTH_JWKS_URL is not set, but one of ${names.join(', ')} is: set it as well, or none of them.`, null);
}

function readIssuer(env: Environment): string {
  const issuer = text(env, 'AUTH_ISSUER');
  if (issuer === null) return refuse(env, NOT_SET.AUTH_ISSUER, '');
  if (issuer.length <= MAX_ISSUER_LENGTH) return issuer;
  return refuse(env, `AUTH_ISSUER must have at most ${MAX_ISSUER_LENGTH} characters.`, '');
}

/** Without an audience or clients any token of the issuer would do, for whichever service it was made. */
function readRecipients(env: Environment): Pick<TokenConfig, 'audience' | 'clientIds'> {
  const recipients = { audience: text(env, 'AUTH_AUDIENCE'), clientIds: list(env, 'AUTH_CLIENT_IDS') };
  const clients = text(env, 'AUTH_CLIENT_IDS');
  if (recipients.audience === null && clients === null) return refuse(env, NOT_SET.AUTH_AUDIENCE, recipients);
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
      'AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither ' +
        `AUTH_CUSTOMER_CLAIM nor one of these: ${CLAIMS_WITHOUT_SCOPES.join(', ')}.`,
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
    'AUTH_CUSTOMER_CLAIM must name a claim that says which customer a person is, and none of these, which are ' +
      `about the token or its client: ${CLAIMS_OF_NO_PERSON.join(', ')}.`,
    DEFAULT_CUSTOMER_CLAIM,
  );
}

/** The keys decide which tokens are valid, so they come over TLS. */
function readJwksUrl(env: Environment): string | null {
  const value = text(env, 'AUTH_JWKS_URL');
  if (value === null) return refuse(env, NOT_SET.AUTH_JWKS_URL, null);
  const url = parseSafeUrl(value);
  if (url !== null) return url.href;
  return refuse(
    env,
    'AUTH_JWKS_URL must be an absolute https URL (http only for a loopback host) without credentials.',
    null,
  );
}

export function isRouterSecret(entry: string): boolean {
  return entry.length >= MIN_ROUTER_SECRET_LENGTH;
}
