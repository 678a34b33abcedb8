import { isAppScheme } from '../shared/net/app-scheme.js';
import type { LogLevel } from '../shared/log/log.js';
import { readAuthConfig, type AuthConfig } from './authentication.config.js';
import { assertRealParts, readApiKey, readClinkConfig, type ClinkConfig } from './clink.config.js';
import { integer, isSafe, list, oneOf, origins, readWhole, refuse, text, type Environment } from './environment.js';
import { readAbuseLimits, type AbuseLimits } from './limits.config.js';
import { INTEGERS } from './settings.js';
import { readStoreConfig, type StoreConfig } from './store.config.js';

export { isWebhookSecret } from './clink.config.js';
export { ConfigError } from './environment.js';

export interface Config {
  readonly production: boolean;
  readonly logLevel: LogLevel;
  readonly http: HttpConfig;
  readonly auth: AuthConfig;
  readonly limits: AbuseLimits;
  readonly clink: ClinkConfig;
  readonly sandbox: SandboxConfig | null;
  readonly store: StoreConfig;
  readonly payments: PaymentsConfig;
  readonly subscriptions: SubscriptionsConfig;
  readonly operations: OperationsConfig;
}

interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly corsOrigins: readonly string[];
}

interface SandboxConfig {
  readonly port: number;
}

interface PaymentsConfig {
  readonly inFlightWaitMs: number;
  readonly returnUrlOrigins: readonly string[];
  readonly returnUrlSchemes: readonly string[];
  readonly reconcileIntervalMs: number;
  readonly reconcileGraceMs: number;
}

interface OperationsConfig {
  /** `only`: those of the manifest. `automatic`: any, and clients may register ids of theirs. */
  readonly persisted: 'automatic' | 'only';
  /** Whether a request may ask for the time of each field: times reveal what is read. */
  readonly traced: boolean;
  /** Whether any caller may read the schema from `_service`; else it takes a token that may read. */
  readonly schemaOpen: boolean;
}

interface SubscriptionsConfig {
  readonly callbackOrigins: readonly string[];
}

/** Reads and checks the environment. Throws a ConfigError that names all broken rules. */
export function readConfig(env: Environment = process.env): Config {
  return readWhole(env, () => readSettings(env));
}

function readSettings(env: Environment): Config {
  const production = oneOf(env, 'NODE_ENV') === 'production';
  const host = readHost(env);
  if (production) assertRealParts(env);
  const auth = readAuthConfig(env, { production, host });
  const sandboxPort = integer(env, 'SANDBOX_PORT');
  const apiKey = readApiKey(env, production);
  const forRouters = !production || auth.routerSecrets !== null;
  return {
    production,
    logLevel: oneOf(env, 'LOG_LEVEL') ?? 'info',
    http: { host, port: integer(env, 'PORT'), corsOrigins: readCorsOrigins(env, production) },
    auth,
    limits: readAbuseLimits(env, { authenticated: auth.mode === 'jwt' }),
    clink: readClinkConfig(env, apiKey, { production, sandboxPort }),
    sandbox: apiKey === null ? { port: sandboxPort } : null,
    store: readStoreConfig(env),
    subscriptions: { callbackOrigins: readCallbackOrigins(env, { production, auth }) },
    operations: {
      persisted: oneOf(env, 'PERSISTED_OPERATIONS') ?? 'automatic',
      traced: forRouters,
      schemaOpen: forRouters,
    },
    payments: readPaymentsConfig(env, production),
  };
}

function readHost(env: Environment): string {
  return (text(env, 'HOST') ?? '127.0.0.1').replace(/^\[([^\]]*)\]$/, '$1');
}

const LEAST_GRACE_IN_PRODUCTION_MS = 600_000;

function readPaymentsConfig(env: Environment, production: boolean): PaymentsConfig {
  const grace = INTEGERS.RECONCILE_GRACE_MS;
  return {
    inFlightWaitMs: integer(env, 'IN_FLIGHT_WAIT_MS'),
    returnUrlOrigins: origins(env, 'RETURN_URL_ORIGINS'),
    returnUrlSchemes: readAppSchemes(env),
    reconcileIntervalMs: integer(env, 'RECONCILE_INTERVAL_MS'),
    reconcileGraceMs: integer(env, 'RECONCILE_GRACE_MS', {
      ...grace,
      min: production ? LEAST_GRACE_IN_PRODUCTION_MS : grace.min,
    }),
  };
}

/** The payer's data is posted there, so the way is TLS, or the request comes from a proved router. */
function readCallbackOrigins(
  env: Environment,
  { production, auth }: { production: boolean; auth: AuthConfig },
): string[] {
  const listed = origins(env, 'SUBSCRIPTION_CALLBACK_ORIGINS');
  if (!production || auth.routerSecrets !== null || areSafe(listed)) return listed;
  return refuse(
    env,
    'SUBSCRIPTION_CALLBACK_ORIGINS must list https origins in production, or ROUTER_SECRET must be set.',
    [],
  );
}

/** A page that came without TLS may be forged, and would act with its visitor's token. */
function readCorsOrigins(env: Environment, production: boolean): string[] {
  const listed = origins(env, 'CORS_ORIGINS');
  if (!production || areSafe(listed)) return listed;
  return refuse(env, 'CORS_ORIGINS must list https origins in production (http only for a loopback host).', []);
}

/** The payer's browser opens such a URL: it must never be a script, a file or a setting of the system. */
function readAppSchemes(env: Environment): string[] {
  const listed = list(env, 'RETURN_URL_SCHEMES').map((entry) => entry.toLowerCase());
  if (listed.every(isAppScheme)) return listed;
  return refuse(
    env,
    'RETURN_URL_SCHEMES must list schemes of apps of your own such as com.example.shop, separated by commas and ' +
      'without colons, and none that browsers or systems keep for themselves, such as https, javascript, data, ' +
      'blob, file or intent.',
    [],
  );
}

function areSafe(listed: readonly string[]): boolean {
  return listed.every((origin) => isSafe(new URL(origin)));
}
