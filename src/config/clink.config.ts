import { isVisibleAscii } from '../shared/text.js';
import {
  integer,
  origins,
  parseSafeUrl,
  refuse,
  secret,
  secrets,
  text,
  toList,
  type Environment,
  type Secret,
} from './environment.js';
import { readProxy } from './proxy.config.js';
import { NOT_SET } from './settings.js';

export interface ClinkConfig {
  /** Ends in `/api/`. */
  readonly baseUrl: string;
  readonly proxy: URL | null;
  readonly apiKey: string;
  readonly apiKeyFile: string | null;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly actionUrlOrigins: readonly string[];
  readonly webhookSecrets: readonly string[];
  readonly webhookSecretsFile: string | null;
}

/** Published with this software, so they are for the embedded sandbox only. */
const SANDBOX_API_KEY = 'sk_test_embedded_sandbox';
const SANDBOX_WEBHOOK_SECRET = 'whsec_embedded_sandbox';
const MIN_WEBHOOK_SECRET_LENGTH = 16;
const NO_SECRET: Secret = { value: '', file: null };

interface ClinkConfigOptions {
  readonly production: boolean;
  readonly sandboxPort: number;
}

/** Null means the embedded sandbox; in production a blank key stands in, so that the rest is checked too. */
export function readApiKey(env: Environment, production: boolean): Secret | null {
  const apiKey = secret(env, 'CLINK_API_KEY');
  if (apiKey === null) return production ? NO_SECRET : null;
  if (isVisibleAscii(apiKey.value)) return apiKey;
  return refuse(env, 'CLINK_API_KEY must be of visible ASCII characters only.', apiKey);
}

export function readClinkConfig(
  env: Environment,
  apiKey: Secret | null,
  { production, sandboxPort }: ClinkConfigOptions,
): ClinkConfig {
  const access = apiKey === null ? readSandboxAccess(env, sandboxPort) : readRealAccess(env, { apiKey, production });
  return {
    ...access,
    timeoutMs: integer(env, 'CLINK_TIMEOUT_MS'),
    connections: integer(env, 'CLINK_MAX_CONNECTIONS'),
    actionUrlOrigins: origins(env, 'ACTION_URL_ORIGINS'),
  };
}

type ClinkAccess = Omit<ClinkConfig, 'timeoutMs' | 'connections' | 'actionUrlOrigins'>;

function readSandboxAccess(env: Environment, port: number): ClinkAccess {
  return {
    baseUrl: `http://127.0.0.1:${port}/api/`,
    proxy: null,
    apiKey: SANDBOX_API_KEY,
    apiKeyFile: null,
    webhookSecrets: toList(secrets(env, 'CLINK_WEBHOOK_SECRETS', 1)?.value ?? SANDBOX_WEBHOOK_SECRET),
    webhookSecretsFile: null,
  };
}

function readRealAccess(
  env: Environment,
  { apiKey, production }: { apiKey: Secret; production: boolean },
): ClinkAccess {
  const webhookSecrets = secrets(env, 'CLINK_WEBHOOK_SECRETS', production ? MIN_WEBHOOK_SECRET_LENGTH : 1);
  const url = readBaseUrl(env);
  return {
    baseUrl: url ?? '',
    proxy: url === null ? null : readProxy(env, url),
    apiKey: apiKey.value,
    apiKeyFile: apiKey.file,
    webhookSecrets: toList(webhookSecrets?.value ?? ''),
    webhookSecretsFile: webhookSecrets?.file ?? null,
  };
}

/** The key goes with every request, so it goes over TLS. */
function readBaseUrl(env: Environment): string | null {
  const value = text(env, 'CLINK_BASE_URL');
  if (value === null) return refuse(env, NOT_SET.CLINK_BASE_URL, null);
  const url = parseSafeUrl(value);
  if (url?.pathname.endsWith('/api/')) return url.href;
  return refuse(
    env,
    'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials ' +
      'that ends in /api/.',
    null,
  );
}

/** Whether webhooks signed with it are believed: in production no secret that is short or published. */
export function isWebhookSecret(entry: string, { production }: { readonly production: boolean }): boolean {
  return !production || (entry.length >= MIN_WEBHOOK_SECRET_LENGTH && entry !== SANDBOX_WEBHOOK_SECRET);
}

export function assertRealParts(env: Environment): void {
  const apiKey = secret(env, 'CLINK_API_KEY');
  if (apiKey === null) refuse(env, NOT_SET.CLINK_API_KEY, null);
  if (apiKey?.value === SANDBOX_API_KEY) refuse(env, isPublished('CLINK_API_KEY must not be the key'), null);
  if (text(env, 'DATABASE_URL') === null) refuse(env, NOT_SET.DATABASE_URL, null);
  const webhookSecrets = secret(env, 'CLINK_WEBHOOK_SECRETS');
  if (webhookSecrets === null) refuse(env, NOT_SET.CLINK_WEBHOOK_SECRETS, null);
  if (toList(webhookSecrets?.value ?? '').includes(SANDBOX_WEBHOOK_SECRET))
    refuse(env, isPublished('CLINK_WEBHOOK_SECRETS must not hold the secret'), null);
}

function isPublished(rule: string): string {
  return `${rule} of the embedded sandbox in production: it is published with this software.`;
}
