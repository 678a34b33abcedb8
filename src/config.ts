import { LOG_LEVELS, type LogLevel } from './shared/log.js';

/** The gateway's settings, read once at start. Each room gets its slice as arguments. */
export interface Config {
  readonly production: boolean;
  readonly logLevel: LogLevel;
  readonly http: HttpConfig;
  readonly auth: { readonly mode: 'none' };
  readonly clink: ClinkConfig;
  /** Null where a real Clink is configured. */
  readonly sandbox: SandboxConfig | null;
  readonly store: StoreConfig;
  readonly payments: PaymentsConfig;
}

export interface HttpConfig {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
}

export interface ClinkConfig {
  /** Ends in `/api/`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** From asking for a connection to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Origins that a payer may be sent to; empty means any https one. */
  readonly actionUrlOrigins: readonly string[];
  /** Accepted webhook secrets, newest first. */
  readonly webhookSecrets: readonly string[];
}

export interface SandboxConfig {
  readonly port: number;
}

export interface StoreConfig {
  /** Null: the embedded store in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
}

export interface PaymentsConfig {
  /** How long a repeated call waits for the outcome of the first. */
  readonly inFlightWaitMs: number;
  /** Origins that a payer may come back to; empty means any https one. */
  readonly returnUrlOrigins: readonly string[];
  /** How often the reconciler looks for work. */
  readonly reconcileIntervalMs: number;
  /** How long past its deadline an unknown order may still turn up at the provider. */
  readonly reconcileGraceMs: number;
}

/** A setting that breaks a rule. The sentence names the variable and the rule, never the value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Used against the embedded sandbox only: the sandbox takes no other. */
const SANDBOX_API_KEY = 'sk_test_embedded_sandbox';
const SANDBOX_WEBHOOK_SECRET = 'whsec_embedded_sandbox';

const DEFAULT_PORT = 4000;
const DEFAULT_SANDBOX_PORT = 4010;
const DEFAULT_CLINK_TIMEOUT_MS = 20_000;
/** Waiting and sending together stay under 25 s: routers give up at 30. */
const DEFAULT_IN_FLIGHT_WAIT_MS = 4_000;
const DEFAULT_RECONCILE_INTERVAL_MS = 5_000;
const DEFAULT_RECONCILE_GRACE_MS = 900_000;

/** Reads and checks the environment. Throws ConfigError. */
export function readConfig(env: Environment = process.env): Config {
  const production = env.NODE_ENV === 'production';
  const sandboxed = text(env, 'CLINK_API_KEY') === null;
  if (production) assertProduction(env);
  const sandboxPort = integer(env, 'SANDBOX_PORT', { fallback: DEFAULT_SANDBOX_PORT, min: 0, max: 65_535 });
  const timeoutMs = integer(env, 'CLINK_TIMEOUT_MS', { fallback: DEFAULT_CLINK_TIMEOUT_MS, min: 100, max: 60_000 });
  return {
    production,
    logLevel: oneOf(env, 'LOG_LEVEL', LOG_LEVELS) ?? 'info',
    http: {
      host: text(env, 'HOST') ?? '127.0.0.1',
      port: integer(env, 'PORT', { fallback: DEFAULT_PORT, min: 0, max: 65_535 }),
    },
    auth: { mode: oneOf(env, 'AUTH_MODE', ['none'] as const) ?? 'none' },
    clink: sandboxed
      ? {
          baseUrl: `http://127.0.0.1:${sandboxPort}/api/`,
          apiKey: SANDBOX_API_KEY,
          timeoutMs,
          actionUrlOrigins: origins(env, 'ACTION_URL_ORIGINS'),
          webhookSecrets: [SANDBOX_WEBHOOK_SECRET],
        }
      : {
          baseUrl: baseUrl(env, 'CLINK_BASE_URL'),
          apiKey: required(env, 'CLINK_API_KEY'),
          timeoutMs,
          actionUrlOrigins: origins(env, 'ACTION_URL_ORIGINS'),
          webhookSecrets: list(env, 'CLINK_WEBHOOK_SECRETS'),
        },
    sandbox: sandboxed ? { port: sandboxPort } : null,
    store: { databaseUrl: text(env, 'DATABASE_URL'), dataDir: text(env, 'DATA_DIR') ?? '.data' },
    payments: {
      inFlightWaitMs: integer(env, 'IN_FLIGHT_WAIT_MS', { fallback: DEFAULT_IN_FLIGHT_WAIT_MS, min: 0, max: 20_000 }),
      returnUrlOrigins: origins(env, 'RETURN_URL_ORIGINS'),
      reconcileIntervalMs: integer(env, 'RECONCILE_INTERVAL_MS', {
        ...{ fallback: DEFAULT_RECONCILE_INTERVAL_MS, min: 10, max: 600_000 },
      }),
      reconcileGraceMs: integer(env, 'RECONCILE_GRACE_MS', {
        ...{ fallback: DEFAULT_RECONCILE_GRACE_MS, min: production ? 600_000 : 0, max: 86_400_000 },
      }),
    },
  };
}

/** Production runs on real parts only. */
function assertProduction(env: Environment): void {
  if (text(env, 'CLINK_API_KEY') === null)
    throw new ConfigError('CLINK_API_KEY is not set: the embedded sandbox never serves production.');
  if (text(env, 'DATABASE_URL') === null)
    throw new ConfigError('DATABASE_URL is not set: the embedded store never serves production.');
  throw new ConfigError('AUTH_MODE must be jwt in production: payments are not open to everybody.');
}

/** Blank counts as not set. */
function text(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

function required(env: Environment, name: string): string {
  const value = text(env, name);
  if (value === null) throw new ConfigError(`${name} is not set.`);
  return value;
}

function list(env: Environment, name: string): string[] {
  return (text(env, name) ?? '').split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}

interface IntegerRule {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

function integer(env: Environment, name: string, { fallback, min, max }: IntegerRule): number {
  const value = text(env, name);
  if (value === null) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}.`);
  return number;
}

function oneOf<T extends string>(env: Environment, name: string, allowed: readonly T[]): T | null {
  const value = text(env, name);
  if (value === null) return null;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new ConfigError(`${name} must be one of ${allowed.join(', ')}.`);
  return found;
}

function origins(env: Environment, name: string): string[] {
  return list(env, name).map((entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : null;
    if (url === null || url.origin === 'null' || url.href !== `${url.origin}/`)
      throw new ConfigError(`${name} must list origins such as https://shop.example, separated by commas.`);
    return url.origin;
  });
}

function baseUrl(env: Environment, name: string): string {
  const value = required(env, name);
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol) || !url.pathname.endsWith('/api/'))
    throw new ConfigError(`${name} must be an absolute URL that ends in /api/.`);
  return url.href;
}
