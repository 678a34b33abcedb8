import { LOG_LEVELS } from '../shared/log/log.js';

export interface IntegerRule {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

export const INTEGERS = {
  PORT: { fallback: 4_000, min: 0, max: 65_535 },
  SANDBOX_PORT: { fallback: 4_010, min: 0, max: 65_535 },
  CLINK_TIMEOUT_MS: { fallback: 20_000, min: 100, max: 60_000 },
  // A charge takes about a second, so this serves a replica without looking like an attack.
  CLINK_MAX_CONNECTIONS: { fallback: 256, min: 1, max: 4_096 },
  // Waiting and sending together stay under 25 s: routers give up at 30.
  IN_FLIGHT_WAIT_MS: { fallback: 4_000, min: 0, max: 20_000 },
  RECONCILE_INTERVAL_MS: { fallback: 1_000, min: 10, max: 600_000 },
  RECONCILE_GRACE_MS: { fallback: 900_000, min: 0, max: 86_400_000 },
  DATABASE_POOL_SIZE: { fallback: 10, min: 1, max: 1_000 },
  // Only a person who tries cards pays once a second for a whole minute.
  RATE_LIMIT_PER_PERSON: { fallback: 60, min: 0, max: 1_000_000 },
  RATE_LIMIT_PER_SERVICE: { fallback: 6_000, min: 0, max: 1_000_000 },
  RATE_LIMIT_PER_INSTRUMENT: { fallback: 20, min: 0, max: 1_000_000 },
  MAX_STREAMS_PER_PERSON: { fallback: 50, min: 0, max: 1_000_000 },
  MAX_STREAMS_PER_SERVICE: { fallback: 10_000, min: 0, max: 1_000_000 },
  MAX_REPLAYS_PER_PERSON: { fallback: 20, min: 0, max: 1_000_000 },
  // Far below MAX_IN_FLIGHT and the queue for the database, so that other callers can pay.
  MAX_REPLAYS_PER_SERVICE: { fallback: 100, min: 0, max: 1_000_000 },
  // A replica carries some hundreds of payments a second, and a slow provider takes two seconds for one.
  MAX_IN_FLIGHT: { fallback: 1_000, min: 1, max: 1_000_000 },
  MAX_CONNECTIONS: { fallback: 20_000, min: 10, max: 1_000_000 },
  MAX_EVENT_LOOP_DELAY_MS: { fallback: 1_000, min: 20, max: 60_000 },
} as const satisfies Readonly<Record<string, IntegerRule>>;

export type IntegerName = keyof typeof INTEGERS;

export const CHOICES = {
  // Any other word is a misspelt production, which must not start on embedded parts.
  NODE_ENV: ['production', 'development', 'test'],
  LOG_LEVEL: LOG_LEVELS,
  AUTH_MODE: ['none', 'jwt'],
  PERSISTED_OPERATIONS: ['automatic', 'only'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ChoiceName = keyof typeof CHOICES;

export const NOT_SET = {
  CLINK_API_KEY:
    'CLINK_API_KEY is not set: the embedded sandbox never serves production. ' +
    'Set it to your secret key of the provider, or CLINK_API_KEY_FILE to the path of a file with it.',
  CLINK_BASE_URL:
    'CLINK_BASE_URL is not set: it says where the provider of CLINK_API_KEY is. ' +
    'Set it to the URL of its API, such as https://uat-api.clinkbill.com/api/.',
  CLINK_WEBHOOK_SECRETS:
    'CLINK_WEBHOOK_SECRETS is not set: without it no update of the provider could be believed. ' +
    'Set it to the secret of the webhook endpoint in the provider’s dashboard, ' +
    'or CLINK_WEBHOOK_SECRETS_FILE to the path of a file with it.',
  DATABASE_URL:
    'DATABASE_URL is not set: the embedded store never serves production. ' +
    'Set it to a PostgreSQL database, such as postgres://user:password@host:5432/database.',
  AUTH_ISSUER:
    'AUTH_ISSUER is not set: it says whose access tokens are taken. ' +
    'Set it to what their claim iss holds, such as https://login.example/.',
  AUTH_JWKS_URL:
    'AUTH_JWKS_URL is not set: access tokens are proved by the keys there. ' +
    'Set it to the jwks_uri of the issuer, such as https://login.example/.well-known/jwks.json.',
  AUTH_AUDIENCE:
    'AUTH_AUDIENCE is not set: it says for whom access tokens must have been made. Set it to what their claim aud ' +
    'holds, or set AUTH_CLIENT_IDS where the issuer gives access tokens no audience.',
} as const satisfies Readonly<Record<string, string>>;
