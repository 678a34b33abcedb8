import { readAuthConfig, type AuthConfig } from './authentication.config.js';
import { readAbuseLimits, type AbuseLimits } from './limits.config.js';
import { readStoreConfig, type StoreConfig } from './store.config.js';
import {
  integer,
  isSafe,
  list,
  oneOf,
  origins,
  parseSafeUrl,
  readWhole,
  refuse,
  secret,
  secrets,
  text,
  toList,
  type Environment,
  type Secret,
} from './environment.js';
import { readProxy } from './proxy.config.js';
import { isAppScheme } from '../shared/net/app-scheme.js';
import { LOG_LEVELS, type LogLevel } from '../shared/log/log.js';

export { ConfigError } from './environment.js';

/** The gateway's settings, read once at start. Each room gets its slice as arguments. */
export interface Config {
  readonly production: boolean;
  readonly logLevel: LogLevel;
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
  readonly limits: AbuseLimits;
  readonly clink: ClinkConfig;
  /** Null where a real Clink is configured. */
  readonly sandbox: SandboxConfig | null;
  readonly store: StoreConfig;
  readonly payments: PaymentsConfig;
  readonly subscriptions: SubscriptionsConfig;
  readonly operations: OperationsConfig;
}

export interface HttpConfig {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** Other sites whose pages may call /graphql. */
  readonly corsOrigins: readonly string[];
}

export interface ClinkConfig {
  /** Ends in `/api/`. */
  readonly baseUrl: string;
  /** Through which it is reached, with its credentials; null: directly, as the embedded sandbox always is. */
  readonly proxy: URL | null;
  readonly apiKey: string;
  /** Where the key is read again from, so that it can be rolled without a restart. */
  readonly apiKeyFile: string | null;
  /** From asking for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** The most connections at a time; further calls wait for one. */
  readonly connections: number;
  /** Origins that a payer may be sent to; empty means any https one. */
  readonly actionUrlOrigins: readonly string[];
  /** Accepted webhook secrets, newest first. */
  readonly webhookSecrets: readonly string[];
  /** Where they are read again from. */
  readonly webhookSecretsFile: string | null;
}

export interface SandboxConfig {
  readonly port: number;
}

export interface PaymentsConfig {
  /** How long a repeated call waits for the outcome of the first. */
  readonly inFlightWaitMs: number;
  /** Origins that a payer may come back to; empty means any https one. */
  readonly returnUrlOrigins: readonly string[];
  /** Schemes of apps that a payer may come back to, in lower case and without colon. */
  readonly returnUrlSchemes: readonly string[];
  /** How often the reconciler looks for work; also its first pause between two lookups of one payment. */
  readonly reconcileIntervalMs: number;
  /** How long past its deadline an unknown order may still turn up at the provider. */
  readonly reconcileGraceMs: number;
}

export interface OperationsConfig {
  /** `only`: those of the manifest, by their ids, and no others. `automatic`: any, and clients may teach the gateway ids of theirs. */
  readonly persisted: 'automatic' | 'only';
  /** Whether a request may have the time of each field answered: in production only where a router is proved, as times tell of what is read. */
  readonly traced: boolean;
  /** Whether any caller may read the schema from `_service`: in production only where a router is proved. Else a token that may read can. */
  readonly schemaOpen: boolean;
}

export interface SubscriptionsConfig {
  /** Origins of routers that may have results posted to them; empty: the HTTP callback protocol is off. */
  readonly callbackOrigins: readonly string[];
}

/** Used against the embedded sandbox only: the sandbox takes no other. Everybody can read them here. */
const SANDBOX_API_KEY = 'sk_test_embedded_sandbox';
const SANDBOX_WEBHOOK_SECRET = 'whsec_embedded_sandbox';

/** Anything else is a misspelt production: it would start on embedded parts and without authentication. */
const NODE_ENVS = ['production', 'development', 'test'] as const;
const MIN_WEBHOOK_SECRET_LENGTH = 16;

const DEFAULT_PORT = 4000;
const DEFAULT_SANDBOX_PORT = 4010;
const DEFAULT_CLINK_TIMEOUT_MS = 20_000;
/** More than enough for a replica (a charge takes about a second), and few enough not to look like an attack. */
const DEFAULT_CLINK_CONNECTIONS = 256;
/** Waiting and sending together stay under 25 s: routers give up at 30. */
const DEFAULT_IN_FLIGHT_WAIT_MS = 4_000;
/** A payer waits for an order that is there already. */
const DEFAULT_RECONCILE_INTERVAL_MS = 1_000;
const DEFAULT_RECONCILE_GRACE_MS = 900_000;

/** Reads and checks the environment. Throws ConfigError, which tells all that is wrong. */
export function readConfig(env: Environment = process.env): Config {
  return readWhole(env, () => readSettings(env));
}

function readSettings(env: Environment): Config {
  const production = oneOf(env, 'NODE_ENV', NODE_ENVS) === 'production';
  const host = readHost(env);
  if (production) assertProduction(env);
  const auth = readAuthConfig(env, { production, host });
  const sandboxPort = integer(env, 'SANDBOX_PORT', { fallback: DEFAULT_SANDBOX_PORT, min: 0, max: 65_535 });
  // In production there is no sandbox: what the provider needs is told beside the key itself.
  const apiKey = readApiKey(env) ?? (production ? NO_SECRET : null);
  // Every request is a router's then.
  const forRouters = !production || auth.routerSecrets !== null;
  return {
    production,
    logLevel: oneOf(env, 'LOG_LEVEL', LOG_LEVELS) ?? 'info',
    http: {
      ...{ host, port: integer(env, 'PORT', { fallback: DEFAULT_PORT, min: 0, max: 65_535 }) },
      corsOrigins: corsOrigins(env, production),
    },
    auth,
    limits: readAbuseLimits(env, { authenticated: auth.mode === 'jwt' }),
    clink: {
      ...(apiKey === null ? sandboxClink(env, sandboxPort) : realClink(env, { apiKey, production })),
      timeoutMs: integer(env, 'CLINK_TIMEOUT_MS', { fallback: DEFAULT_CLINK_TIMEOUT_MS, min: 100, max: 60_000 }),
      connections: integer(env, 'CLINK_MAX_CONNECTIONS', { fallback: DEFAULT_CLINK_CONNECTIONS, min: 1, max: 4096 }),
      actionUrlOrigins: origins(env, 'ACTION_URL_ORIGINS'),
    },
    sandbox: apiKey === null ? { port: sandboxPort } : null,
    store: readStoreConfig(env),
    subscriptions: { callbackOrigins: callbackOrigins(env, { production, auth }) },
    operations: {
      persisted: oneOf(env, 'PERSISTED_OPERATIONS', ['automatic', 'only'] as const) ?? 'automatic',
      traced: forRouters,
      schemaOpen: forRouters,
    },
    payments: readPaymentsConfig(env, production),
  };
}

/** An address of IPv6 may stand in brackets, as it does in a URL. */
function readHost(env: Environment): string {
  return (text(env, 'HOST') ?? '127.0.0.1').replace(/^\[([^\]]*)\]$/, '$1');
}

/** Sent in a header, which takes nothing else. One read later from its file that is not so is never sent. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

const NO_SECRET: Secret = { value: '', file: null };

function readApiKey(env: Environment): Secret | null {
  const apiKey = secret(env, 'CLINK_API_KEY');
  if (apiKey === null || VISIBLE_ASCII.test(apiKey.value)) return apiKey;
  return refuse(env, 'CLINK_API_KEY must be of visible ASCII characters only.', apiKey);
}

type ClinkAccess = Omit<ClinkConfig, 'timeoutMs' | 'connections' | 'actionUrlOrigins'>;

function sandboxClink(env: Environment, port: number): ClinkAccess {
  const webhookSecrets = secrets(env, 'CLINK_WEBHOOK_SECRETS', 1)?.value ?? SANDBOX_WEBHOOK_SECRET;
  return {
    baseUrl: `http://127.0.0.1:${port}/api/`,
    proxy: null,
    apiKey: SANDBOX_API_KEY,
    apiKeyFile: null,
    // The sandbox signs with the first.
    webhookSecrets: toList(webhookSecrets),
    webhookSecretsFile: null,
  };
}

function realClink(env: Environment, { apiKey, production }: { apiKey: Secret; production: boolean }): ClinkAccess {
  const webhookSecrets = secrets(env, 'CLINK_WEBHOOK_SECRETS', production ? MIN_WEBHOOK_SECRET_LENGTH : 1);
  const url = baseUrl(env, 'CLINK_BASE_URL');
  return {
    baseUrl: url ?? '',
    proxy: url === null ? null : readProxy(env, url),
    apiKey: apiKey.value,
    apiKeyFile: apiKey.file,
    webhookSecrets: toList(webhookSecrets?.value ?? ''),
    webhookSecretsFile: webhookSecrets?.file ?? null,
  };
}

/** Whether webhooks signed with it are believed: in production with none that could be guessed, or read in this software, wherever it came from. */
export function isWebhookSecret(entry: string, { production }: Pick<Config, 'production'>): boolean {
  return !production || (entry.length >= MIN_WEBHOOK_SECRET_LENGTH && entry !== SANDBOX_WEBHOOK_SECRET);
}

function readPaymentsConfig(env: Environment, production: boolean): PaymentsConfig {
  return {
    inFlightWaitMs: integer(env, 'IN_FLIGHT_WAIT_MS', { fallback: DEFAULT_IN_FLIGHT_WAIT_MS, min: 0, max: 20_000 }),
    returnUrlOrigins: origins(env, 'RETURN_URL_ORIGINS'),
    returnUrlSchemes: appSchemes(env, 'RETURN_URL_SCHEMES'),
    reconcileIntervalMs: integer(env, 'RECONCILE_INTERVAL_MS', {
      ...{ fallback: DEFAULT_RECONCILE_INTERVAL_MS, min: 10, max: 600_000 },
    }),
    reconcileGraceMs: integer(env, 'RECONCILE_GRACE_MS', {
      ...{ fallback: DEFAULT_RECONCILE_GRACE_MS, min: production ? 600_000 : 0, max: 86_400_000 },
    }),
  };
}

/** Production runs on real parts only. */
function assertProduction(env: Environment): void {
  const apiKey = secret(env, 'CLINK_API_KEY');
  if (apiKey === null) refuse(env, NO_API_KEY, null);
  if (apiKey?.value === SANDBOX_API_KEY) refuse(env, isPublished('CLINK_API_KEY must not be the key'), null);
  if (text(env, 'DATABASE_URL') === null) refuse(env, NO_DATABASE_URL, null);
  const webhookSecrets = secret(env, 'CLINK_WEBHOOK_SECRETS');
  if (webhookSecrets === null) refuse(env, NO_WEBHOOK_SECRETS, null);
  if (toList(webhookSecrets?.value ?? '').includes(SANDBOX_WEBHOOK_SECRET))
    refuse(env, isPublished('CLINK_WEBHOOK_SECRETS must not hold the secret'), null);
}

const NO_API_KEY =
  'CLINK_API_KEY is not set: the embedded sandbox never serves production. Set it to your secret key of the provider, or CLINK_API_KEY_FILE to the path of a file with it.';
const NO_DATABASE_URL =
  'DATABASE_URL is not set: the embedded store never serves production. Set it to a PostgreSQL database, such as postgres://user:password@host:5432/database.';
const NO_WEBHOOK_SECRETS =
  'CLINK_WEBHOOK_SECRETS is not set: without it no update of the provider could be believed. Set it to the secret of the webhook endpoint in the provider’s dashboard, or CLINK_WEBHOOK_SECRETS_FILE to the path of a file with it.';

function isPublished(rule: string): string {
  return `${rule} of the embedded sandbox in production: it is published with this software.`;
}

/** What is posted there is the payer's; and a request that names a callback should come from a router, not from whoever has a token. */
function callbackOrigins(env: Environment, { production, auth }: { production: boolean; auth: AuthConfig }): string[] {
  const listed = origins(env, 'SUBSCRIPTION_CALLBACK_ORIGINS');
  if (!production || auth.routerSecrets !== null || areSafe(listed)) return listed;
  return refuse(
    env,
    'SUBSCRIPTION_CALLBACK_ORIGINS must list https origins in production, or ROUTER_SECRET must be set.',
    [],
  );
}

/** A page that came without TLS may have been written by anybody on its way, and would act with the token of whoever looks at it. */
function corsOrigins(env: Environment, production: boolean): string[] {
  const listed = origins(env, 'CORS_ORIGINS');
  if (!production || areSafe(listed)) return listed;
  return refuse(env, 'CORS_ORIGINS must list https origins in production (http only for a loopback host).', []);
}

/** The payer's browser opens what has such a scheme: it must never be a script, a file or a setting of the system. */
function appSchemes(env: Environment, name: string): string[] {
  const listed = list(env, name).map((entry) => entry.toLowerCase());
  if (listed.every(isAppScheme)) return listed;
  return refuse(
    env,
    `${name} must list schemes of apps of your own such as com.example.shop, separated by commas and without colons, and none that browsers or systems keep for themselves, such as https, javascript, data, blob, file or intent.`,
    [],
  );
}

function areSafe(listed: readonly string[]): boolean {
  return listed.every((origin) => isSafe(new URL(origin)));
}

/** The key goes with every request, so it goes over TLS. Null where it is refused. */
function baseUrl(env: Environment, name: string): string | null {
  const value = text(env, name);
  if (value === null)
    return refuse(
      env,
      `${name} is not set: it says where the provider of CLINK_API_KEY is. Set it to the URL of its API, such as https://uat-api.clinkbill.com/api/.`,
      null,
    );
  const url = parseSafeUrl(value);
  if (url?.pathname.endsWith('/api/')) return url.href;
  return refuse(
    env,
    `${name} must be an absolute https URL (http only for a loopback host) without credentials that ends in /api/.`,
    null,
  );
}
