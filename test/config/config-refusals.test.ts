import { ConfigError, readConfig } from '../../src/config/config.js';
import { production, real } from '../support/settings.js';

const NO_API_KEY =
  'CLINK_API_KEY is not set: the embedded sandbox never serves production. Set it to your secret key of the ' +
  'provider, or CLINK_API_KEY_FILE to the path of a file with it.';
const NO_DATABASE_URL =
  'DATABASE_URL is not set: the embedded store never serves production. Set it to a PostgreSQL database, such as ' +
  'postgres://user:password@host:5432/database.';
const NO_WEBHOOK_SECRETS =
  'CLINK_WEBHOOK_SECRETS is not set: without it no update of the provider could be believed. Set it to the ' +
  'secret of the webhook endpoint in the provider’s dashboard, or CLINK_WEBHOOK_SECRETS_FILE to the path of a ' +
  'file with it.';
const NO_BASE_URL =
  'CLINK_BASE_URL is not set: it says where the provider of CLINK_API_KEY is. Set it to the URL of its API, such ' +
  'as https://uat-api.clinkbill.com/api/.';
const NO_ISSUER =
  'AUTH_ISSUER is not set: it says whose access tokens are taken. Set it to what their claim iss holds, such as ' +
  'https://login.example/.';
const NO_JWKS_URL =
  'AUTH_JWKS_URL is not set: access tokens are proved by the keys there. Set it to the jwks_uri of the issuer, ' +
  'such as https://login.example/.well-known/jwks.json.';
const NO_AUDIENCE =
  'AUTH_AUDIENCE is not set: it says for whom access tokens must have been made. Set it to what their claim aud ' +
  'holds, or set AUTH_CLIENT_IDS where the issuer gives access tokens no audience.';

function refusalOf(env: Readonly<Record<string, string | undefined>>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing is refused';
}

describe('readConfig', () => {
  it.each([
    [{ PORT: '4000x' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ CLINK_TIMEOUT_MS: '5' }, 'CLINK_TIMEOUT_MS must be a whole number from 100 to 60000.'],
    [{ CLINK_MAX_CONNECTIONS: '0' }, 'CLINK_MAX_CONNECTIONS must be a whole number from 1 to 4096.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, silent.'],
    [{ CLINK_API_KEY: 'sk_uat_canary' }, NO_BASE_URL],
    [
      { ...real, CLINK_BASE_URL: 'https://api.example/v1' },
      'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials that ' +
        'ends in /api/.',
    ],
    [
      { ...real, CLINK_BASE_URL: 'http://api.example/api/' },
      'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials that ' +
        'ends in /api/.',
    ],
    [
      { CORS_ORIGINS: 'https://shop.example/path' },
      'CORS_ORIGINS must list origins such as https://shop.example, separated by commas.',
    ],
    [{ CORS_ORIGINS: '*' }, 'CORS_ORIGINS must list origins such as https://shop.example, separated by commas.'],
    [
      { CORS_ORIGINS: 'https://*.shop.example' },
      'CORS_ORIGINS must list origins such as https://shop.example, separated by commas.',
    ],
    [
      { CORS_ORIGINS: 'wss://shop.example' },
      'CORS_ORIGINS must list origins such as https://shop.example, separated by commas.',
    ],
    [
      { ...production, CORS_ORIGINS: 'https://shop.example, http://shop.example' },
      'CORS_ORIGINS must list https origins in production (http only for a loopback host).',
    ],
    [
      { ...production, SUBSCRIPTION_CALLBACK_ORIGINS: 'http://router.internal:4000' },
      'SUBSCRIPTION_CALLBACK_ORIGINS must list https origins in production, or ROUTER_SECRET must be set.',
    ],
    [
      { RETURN_URL_ORIGINS: 'https://shop.example/path' },
      'RETURN_URL_ORIGINS must list origins such as https://shop.example, separated by commas.',
    ],
    [{ DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE must be a whole number from 1 to 1000.'],
    [
      { DATABASE_LISTEN_URL: 'postgres://db.internal/payments' },
      'DATABASE_LISTEN_URL is of no use without DATABASE_URL.',
    ],
    [{ ...production, CLINK_API_KEY: '' }, NO_API_KEY],
    [{ ...production, DATABASE_URL: '' }, NO_DATABASE_URL],
    [{ ...production, CLINK_WEBHOOK_SECRETS: '' }, NO_WEBHOOK_SECRETS],
    [{ ...production, CLINK_WEBHOOK_SECRETS: ' , ,' }, 'CLINK_WEBHOOK_SECRETS lists no secret.'],
    [{ ...real, CLINK_WEBHOOK_SECRETS: ',' }, 'CLINK_WEBHOOK_SECRETS lists no secret.'],
    [
      { ...production, CLINK_WEBHOOK_SECRETS: 'whsec_0123456789, whsec_012345678' },
      'CLINK_WEBHOOK_SECRETS must have at least 16 characters.',
    ],
    [{ CLINK_WEBHOOK_SECRETS: ',' }, 'CLINK_WEBHOOK_SECRETS lists no secret.'],
    [{ ROUTER_SECRET: ',' }, 'ROUTER_SECRET lists no secret.'],
    [{ ...production, NODE_ENV: 'prod' }, 'NODE_ENV must be one of production, development, test.'],
    [{ NODE_ENV: 'Production' }, 'NODE_ENV must be one of production, development, test.'],
    [{ ...production, AUTH_MODE: '' }, 'AUTH_MODE must be jwt in production: payments are not open to everybody.'],
    [{ ...production, AUTH_MODE: 'none' }, 'AUTH_MODE must be jwt in production: payments are not open to everybody.'],
    [{ ...production, AUTH_ISSUER: '' }, NO_ISSUER],
    [{ ...production, AUTH_AUDIENCE: ' ' }, NO_AUDIENCE],
    [
      { ...production, AUTH_CLIENT_IDS: 'shop-app' },
      'Set AUTH_AUDIENCE or AUTH_CLIENT_IDS, not both: the one is for tokens with aud, the other without.',
    ],
    [{ ...production, AUTH_AUDIENCE: '', AUTH_CLIENT_IDS: ' , ' }, 'AUTH_CLIENT_IDS lists no client.'],
    ...['sub', 'client_id', 'permissions, azp'].map((claim): [Record<string, string>, string] => [
      { ...production, AUTH_SCOPE_CLAIM: claim },
      'AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither ' +
        'AUTH_CUSTOMER_CLAIM nor one of these: iss, sub, aud, exp, nbf, iat, jti, client_id, azp.',
    ]),
    [
      { ...production, AUTH_CUSTOMER_CLAIM: 'roles', AUTH_SCOPE_CLAIM: 'roles' },
      'AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither ' +
        'AUTH_CUSTOMER_CLAIM nor one of these: iss, sub, aud, exp, nbf, iat, jti, client_id, azp.',
    ],
    [{ ...production, AUTH_SCOPE_PREFIX: 'a b' }, 'AUTH_SCOPE_PREFIX must have no blanks in it, as scopes have none.'],
    [{ ...production, AUTH_JWKS_URL: '' }, NO_JWKS_URL],
    [
      { ...production, AUTH_JWKS_URL: 'http://issuer.example/jwks' },
      'AUTH_JWKS_URL must be an absolute https URL (http only for a loopback host) without credentials.',
    ],
    [{ ...production, AUTH_ISSUER: 'i'.repeat(241) }, 'AUTH_ISSUER must have at most 240 characters.'],
    [{ ...production, ROUTER_SECRET: 'short' }, 'ROUTER_SECRET must have at least 32 characters.'],
    [{ ...production, ROUTER_SECRET: `${'r'.repeat(32)},short` }, 'ROUTER_SECRET must have at least 32 characters.'],
    [
      { AUTH_MODE: 'jwt', AUTH_ISSUER: 'https://issuer.example/' },
      'AUTH_JWKS_URL is not set, but one of AUTH_ISSUER, AUTH_AUDIENCE, AUTH_CLIENT_IDS is: set it as well, or ' +
        'none of them.',
    ],
    [
      { AUTH_MODE: 'jwt', AUTH_CLIENT_IDS: 'shop-app' },
      'AUTH_JWKS_URL is not set, but one of AUTH_ISSUER, AUTH_AUDIENCE, AUTH_CLIENT_IDS is: set it as well, or ' +
        'none of them.',
    ],
    [
      { HOST: '0.0.0.0' },
      'AUTH_MODE=none takes requests from this machine only: set HOST to a loopback address, or AUTH_MODE to jwt.',
    ],
    [
      { HOST: '127.0.0.1.example' },
      'AUTH_MODE=none takes requests from this machine only: set HOST to a loopback address, or AUTH_MODE to jwt.',
    ],
    [{ AUTH_MODE: 'basic' }, 'AUTH_MODE must be one of none, jwt.'],
    [{ RATE_LIMIT_PER_PERSON: '-1' }, 'RATE_LIMIT_PER_PERSON must be a whole number from 0 to 1000000.'],
    [
      { ...real, CLINK_BASE_URL: 'https://user:word@api.example/api/' },
      'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials that ' +
        'ends in /api/.',
    ],
    [
      { ...real, CLINK_API_KEY: 'sk_uat_canary\nX-Other: 1' },
      'CLINK_API_KEY must be of visible ASCII characters only.',
    ],
    [{ ...real, CLINK_API_KEY: 'sk_uat_canäry' }, 'CLINK_API_KEY must be of visible ASCII characters only.'],
    [{ ...real, CLINK_API_KEY_FILE: 'key' }, 'Set CLINK_API_KEY or CLINK_API_KEY_FILE, not both.'],
    [
      { ...real, CLINK_API_KEY: '', CLINK_API_KEY_FILE: '/nonexistent/canary' },
      'CLINK_API_KEY_FILE names a file that can not be read.',
    ],
    [{ ...real, CLINK_API_KEY: '', CLINK_API_KEY_FILE: '/dev/null' }, 'CLINK_API_KEY_FILE names a file that is empty.'],
    [
      { ...production, CLINK_API_KEY: 'sk_test_embedded_sandbox' },
      'CLINK_API_KEY must not be the key of the embedded sandbox in production: it is published with this software.',
    ],
    [
      { ...production, CLINK_WEBHOOK_SECRETS: 'whsec_embedded_sandbox' },
      'CLINK_WEBHOOK_SECRETS must not hold the secret of the embedded sandbox in production: it is published ' +
        'with this software.',
    ],
    [
      { ...production, CLINK_WEBHOOK_SECRETS: 'whsec_new_0123456789, whsec_embedded_sandbox' },
      'CLINK_WEBHOOK_SECRETS must not hold the secret of the embedded sandbox in production: it is published ' +
        'with this software.',
    ],
    [{ PERSISTED_OPERATIONS: 'some' }, 'PERSISTED_OPERATIONS must be one of automatic, only.'],
  ])('refuses %p, naming the variable and the rule, and finds nothing else', (env, sentence) => {
    expect(refusalOf(env)).toBe(sentence);
  });

  describe('tells all that is wrong at once', () => {
    const all = (...sentences: string[]) => ['The settings have to be put right:', ...sentences].join('\n- ');

    it('where production is all that is set', () => {
      expect(refusalOf({ NODE_ENV: 'production' })).toBe(
        all(
          NO_API_KEY,
          NO_DATABASE_URL,
          NO_WEBHOOK_SECRETS,
          'AUTH_MODE must be jwt in production: payments are not open to everybody.',
          NO_ISSUER,
          NO_JWKS_URL,
          NO_AUDIENCE,
          NO_BASE_URL,
        ),
      );
    });

    it('in every part of the settings', () => {
      const env = {
        PORT: 'x',
        LOG_LEVEL: 'loud',
        CORS_ORIGINS: '*',
        ROUTER_SECRET: 'short',
        MAX_IN_FLIGHT: '0',
        CLINK_TIMEOUT_MS: '5',
        DATABASE_POOL_SIZE: '0',
        RETURN_URL_SCHEMES: 'data',
        AUTH_MODE: 'basic',
        CLINK_API_KEY: 'sk_uat_canary',
        CLINK_API_KEY_FILE: '/nonexistent',
        CLINK_BASE_URL: 'canary',
        PERSISTED_OPERATIONS: 'some',
        DATABASE_LISTEN_URL: 'canary',
        SUBSCRIPTION_CALLBACK_ORIGINS: 'canary',
      };
      const [, ...sentences] = refusalOf(env).split('\n- ');
      const named = sentences.map((sentence) => /[A-Z]+(?:_[A-Z]+)+|PORT/.exec(sentence)?.[0]);
      expect(named.sort()).toEqual(
        Object.keys(env)
          .filter((name) => name !== 'CLINK_API_KEY_FILE')
          .sort(),
      );
      expect(sentences.join()).not.toContain('canary');
    });

    it('once, where two parts read the same setting', () => {
      const env = { ...production, CLINK_WEBHOOK_SECRETS_FILE: '/nonexistent/canary' };
      expect(refusalOf(env)).toBe('Set CLINK_WEBHOOK_SECRETS or CLINK_WEBHOOK_SECRETS_FILE, not both.');
    });

    it('and forgets it when it reads the same environment again', () => {
      const env: Record<string, string> = { PORT: 'x' };
      expect(refusalOf(env)).toContain('PORT');
      env.PORT = '4001';
      expect(readConfig(env).http.port).toBe(4001);
    });
  });
});
