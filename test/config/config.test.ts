import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWebhookSecret, readConfig } from '../../src/config/config.js';

const real = {
  CLINK_API_KEY: 'sk_uat_canary',
  CLINK_BASE_URL: 'https://uat-api.clinkbill.com/api/',
};

const production = {
  ...real,
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.internal/payments',
  CLINK_WEBHOOK_SECRETS: 'whsec_new_0123456789, whsec_old_0123456789',
  AUTH_MODE: 'jwt',
  AUTH_JWKS_URL: 'https://issuer.example/jwks',
  AUTH_ISSUER: 'https://issuer.example/',
  AUTH_AUDIENCE: 'payments',
};

describe('readConfig', () => {
  it('starts in production once every part is real and callers are known', () => {
    expect(readConfig({ ...production, HOST: '0.0.0.0' })).toMatchObject({
      production: true,
      sandbox: null,
      auth: {
        mode: 'jwt',
        tokens: {
          jwksUrl: 'https://issuer.example/jwks',
          issuer: 'https://issuer.example/',
          audience: 'payments',
          clientIds: [],
          customerClaim: 'sub',
          scopes: { claims: ['scope', 'scp'], prefix: '' },
        },
        routerSecrets: null,
      },
      limits: { rates: { perPerson: 60, perService: 6_000, perInstrument: 20 } },
      clink: { webhookSecrets: ['whsec_new_0123456789', 'whsec_old_0123456789'] },
    });
  });

  it('has the embedded sandbox sign with the first of the listed secrets, or with one of its own', () => {
    expect(readConfig({ CLINK_WEBHOOK_SECRETS: 'whsec_a, whsec_b' })).toMatchObject({
      ...{ clink: { webhookSecrets: ['whsec_a', 'whsec_b'] }, sandbox: { port: 4010 } },
    });
    expect(readConfig({}).clink.webhookSecrets).toEqual(['whsec_embedded_sandbox']);
  });

  it('takes tokens of its own key where authentication is tried on a laptop', () => {
    expect(readConfig({ AUTH_MODE: 'jwt' }).auth.tokens).toEqual({
      jwksUrl: null,
      jwksProxy: null,
      issuer: 'urn:clink-graphql-gateway:development',
      audience: 'clink-graphql-gateway',
      clientIds: [],
      customerClaim: 'sub',
      scopes: { claims: ['scope', 'scp'], prefix: '' },
    });
  });

  it('bounds connections, requests in flight and lateness', () => {
    const set = { MAX_CONNECTIONS: '500', MAX_IN_FLIGHT: '50', MAX_EVENT_LOOP_DELAY_MS: '200' };
    expect(readConfig({}).limits).toMatchObject({
      maxConnections: 20_000,
      maxInFlight: 1_000,
      maxEventLoopDelayMs: 1_000,
    });
    expect(readConfig(set).limits).toMatchObject({ maxConnections: 500, maxInFlight: 50, maxEventLoopDelayMs: 200 });
  });

  it('bounds the streams of each caller where callers are told apart', () => {
    const set = { ...production, MAX_STREAMS_PER_PERSON: '3', MAX_STREAMS_PER_SERVICE: '0' };
    expect(readConfig({}).limits.streams).toEqual({ perPerson: null, perService: null });
    expect(readConfig(production).limits.streams).toEqual({ perPerson: 50, perService: 10_000 });
    expect(readConfig(set).limits.streams).toEqual({ perPerson: 3, perService: null });
  });

  it('bounds the waiting replays of each caller where callers are told apart', () => {
    const set = { ...production, MAX_REPLAYS_PER_PERSON: '3', MAX_REPLAYS_PER_SERVICE: '0' };
    expect(readConfig({}).limits.replays).toEqual({ perPerson: null, perService: null });
    expect(readConfig(production).limits.replays).toEqual({ perPerson: 20, perService: 100 });
    expect(readConfig(set).limits.replays).toEqual({ perPerson: 3, perService: null });
  });

  it('limits no rates where all callers are one', () => {
    expect(readConfig({}).limits.rates).toEqual({ perPerson: null, perService: null, perInstrument: null });
  });

  it('needs no variable: sandbox and embedded store on loopback', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      http: { host: '127.0.0.1', port: 4000 },
      sandbox: { port: 4010 },
      clink: { baseUrl: 'http://127.0.0.1:4010/api/', timeoutMs: 20_000 },
      store: { databaseUrl: null, dataDir: '.data' },
      payments: { inFlightWaitMs: 4_000 },
    });
  });

  it('reads how many connections to make, and where to listen past a pooler', () => {
    const listenUrl = 'postgres://gateway@db.internal:5432/payments';
    const set = { ...real, DATABASE_URL: 'postgres://pooler.internal/payments' };

    expect(readConfig(set).store).toMatchObject({ listenUrl: null, pool: { maxConnections: 10 } });
    expect(readConfig({ ...set, DATABASE_LISTEN_URL: listenUrl, DATABASE_POOL_SIZE: '3' }).store).toMatchObject({
      listenUrl,
      pool: { maxConnections: 3 },
    });
  });

  it('reads the proxies of the provider and of the key set, and uses none for the embedded sandbox', () => {
    const proxies = { HTTPS_PROXY: 'http://proxy.example:3128', HTTP_PROXY: 'http://proxy.example:3128' };
    const issuer = { AUTH_MODE: 'jwt', AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'payments' };
    const config = readConfig({ ...real, ...proxies, ...issuer, AUTH_JWKS_URL: 'https://id.example/jwks' });

    expect(config.clink.proxy?.href).toBe('http://proxy.example:3128/');
    expect(config.auth.tokens?.jwksProxy?.href).toBe('http://proxy.example:3128/');
    expect(readConfig(proxies).clink.proxy).toBeNull();
  });

  it('uses no sandbox once a key is set', () => {
    expect(readConfig(real)).toMatchObject({ sandbox: null, clink: { baseUrl: real.CLINK_BASE_URL } });
  });

  it('reads lists of origins', () => {
    const config = readConfig({ RETURN_URL_ORIGINS: 'https://shop.example, https://m.shop.example/' });
    expect(config.payments.returnUrlOrigins).toEqual(['https://shop.example', 'https://m.shop.example']);
  });

  it('lets pages of no other site in unless their origins are listed', () => {
    const listed = readConfig({ CORS_ORIGINS: 'https://shop.example, http://localhost:3000/' });
    expect(readConfig({}).http.corsOrigins).toEqual([]);
    expect(listed.http.corsOrigins).toEqual(['https://shop.example', 'http://localhost:3000']);
    expect(readConfig({ CORS_ORIGINS: 'http://shop.test' }).http.corsOrigins).toEqual(['http://shop.test']);
  });

  it('takes a provider without TLS on this machine only', () => {
    for (const host of ['127.0.0.1:9', 'localhost:9', '[::1]:9']) {
      const baseUrl = `http://${host}/api/`;
      expect(readConfig({ ...real, CLINK_BASE_URL: baseUrl }).clink.baseUrl).toBe(baseUrl);
    }
  });

  it('calls routers back in production by https, on this machine, or where they prove themselves', () => {
    const ways = [
      { SUBSCRIPTION_CALLBACK_ORIGINS: 'https://router.example, http://127.0.0.1:4000' },
      { SUBSCRIPTION_CALLBACK_ORIGINS: 'http://router.internal:4000', ROUTER_SECRET: 'r'.repeat(32) },
    ];
    expect(ways.map((env) => readConfig({ ...production, ...env }).subscriptions.callbackOrigins)).toEqual([
      ['https://router.example', 'http://127.0.0.1:4000'],
      ['http://router.internal:4000'],
    ]);
  });

  it('takes several router secrets, so that they can be rolled', () => {
    const [old, fresh] = ['o'.repeat(32), 'f'.repeat(32)];
    expect(readConfig({ ROUTER_SECRET: `${fresh}, ${old}` }).auth.routerSecrets).toEqual({
      value: `${fresh}, ${old}`,
      file: null,
    });
  });

  it('has requests traced, and the schema open, in production only where routers prove themselves', () => {
    const environments = [production, { ...production, ROUTER_SECRET: 'r'.repeat(32) }, {}];
    expect(environments.map((env) => readConfig(env).operations)).toEqual([
      { persisted: 'automatic', traced: false, schemaOpen: false },
      { persisted: 'automatic', traced: true, schemaOpen: true },
      { persisted: 'automatic', traced: true, schemaOpen: true },
    ]);
  });

  it('calls nobody back unless an origin is listed', () => {
    const listed = readConfig({ SUBSCRIPTION_CALLBACK_ORIGINS: 'http://router.internal:4000' });
    expect(readConfig({}).subscriptions.callbackOrigins).toEqual([]);
    expect(listed.subscriptions.callbackOrigins).toEqual(['http://router.internal:4000']);
  });

  it.each([
    [{ PORT: '4000x' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ CLINK_TIMEOUT_MS: '5' }, 'CLINK_TIMEOUT_MS must be a whole number from 100 to 60000.'],
    [{ CLINK_MAX_CONNECTIONS: '0' }, 'CLINK_MAX_CONNECTIONS must be a whole number from 1 to 4096.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, silent.'],
    [{ CLINK_API_KEY: 'sk_uat_canary' }, 'CLINK_BASE_URL is not set.'],
    [
      { ...real, CLINK_BASE_URL: 'https://api.example/v1' },
      'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials that ends in /api/.',
    ],
    [
      { ...real, CLINK_BASE_URL: 'http://api.example/api/' },
      'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials that ends in /api/.',
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
    [{ NODE_ENV: 'production' }, 'CLINK_API_KEY is not set: the embedded sandbox never serves production.'],
    [{ ...real, NODE_ENV: 'production' }, 'DATABASE_URL is not set: the embedded store never serves production.'],
    [
      { ...production, CLINK_WEBHOOK_SECRETS: '' },
      'CLINK_WEBHOOK_SECRETS is not set: without it no update of the provider could be believed.',
    ],
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
    [{ ...production, AUTH_ISSUER: '' }, 'AUTH_ISSUER is not set.'],
    [
      { ...production, AUTH_AUDIENCE: ' ' },
      'AUTH_AUDIENCE is not set: set it, or AUTH_CLIENT_IDS where the issuer gives access tokens no audience.',
    ],
    [
      { ...production, AUTH_CLIENT_IDS: 'shop-app' },
      'Set AUTH_AUDIENCE or AUTH_CLIENT_IDS, not both: the one is for tokens with aud, the other without.',
    ],
    [{ ...production, AUTH_AUDIENCE: '', AUTH_CLIENT_IDS: ' , ' }, 'AUTH_CLIENT_IDS lists no client.'],
    ...['sub', 'client_id', 'permissions, azp'].map((claim): [Record<string, string>, string] => [
      { ...production, AUTH_SCOPE_CLAIM: claim },
      'AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither AUTH_CUSTOMER_CLAIM nor one of these: iss, sub, aud, exp, nbf, iat, jti, client_id, azp.',
    ]),
    [
      { ...production, AUTH_CUSTOMER_CLAIM: 'roles', AUTH_SCOPE_CLAIM: 'roles' },
      'AUTH_SCOPE_CLAIM must name claims that hold what was granted, such as permissions, and neither AUTH_CUSTOMER_CLAIM nor one of these: iss, sub, aud, exp, nbf, iat, jti, client_id, azp.',
    ],
    [{ ...production, AUTH_SCOPE_PREFIX: 'a b' }, 'AUTH_SCOPE_PREFIX must have no blanks in it, as scopes have none.'],
    [{ ...production, AUTH_JWKS_URL: '' }, 'AUTH_JWKS_URL is not set.'],
    [
      { ...production, AUTH_JWKS_URL: 'http://issuer.example/jwks' },
      'AUTH_JWKS_URL must be an absolute https URL (http only for a loopback host) without credentials.',
    ],
    [{ ...production, AUTH_ISSUER: 'i'.repeat(241) }, 'AUTH_ISSUER must have at most 240 characters.'],
    [{ ...production, ROUTER_SECRET: 'short' }, 'ROUTER_SECRET must have at least 32 characters.'],
    [{ ...production, ROUTER_SECRET: `${'r'.repeat(32)},short` }, 'ROUTER_SECRET must have at least 32 characters.'],
    [
      { AUTH_MODE: 'jwt', AUTH_ISSUER: 'https://issuer.example/' },
      'AUTH_JWKS_URL is not set, but one of AUTH_ISSUER, AUTH_AUDIENCE, AUTH_CLIENT_IDS is: set it as well, or none of them.',
    ],
    [
      { AUTH_MODE: 'jwt', AUTH_CLIENT_IDS: 'shop-app' },
      'AUTH_JWKS_URL is not set, but one of AUTH_ISSUER, AUTH_AUDIENCE, AUTH_CLIENT_IDS is: set it as well, or none of them.',
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
      'CLINK_BASE_URL must be an absolute https URL (http only for a loopback host) without credentials that ends in /api/.',
    ],
    [
      { ...real, CLINK_API_KEY: 'sk_uat_canary\nX-Other: 1' },
      'CLINK_API_KEY must be of visible ASCII characters only.',
    ],
    [{ ...real, CLINK_API_KEY: 'sk_uat_canäry' }, 'CLINK_API_KEY must be of visible ASCII characters only.'],
    [{ ...real, CLINK_API_KEY_FILE: 'key' }, 'Set CLINK_API_KEY or CLINK_API_KEY_FILE, not both.'],
    [{ CLINK_API_KEY_FILE: '/nonexistent/canary' }, 'CLINK_API_KEY_FILE names a file that can not be read.'],
    [{ CLINK_API_KEY_FILE: '/dev/null' }, 'CLINK_API_KEY_FILE names a file that is empty.'],
    [
      { ...production, CLINK_API_KEY: 'sk_test_embedded_sandbox' },
      'CLINK_API_KEY must not be the key of the embedded sandbox in production: it is published with this software.',
    ],
    [
      { ...production, CLINK_WEBHOOK_SECRETS: 'whsec_embedded_sandbox' },
      'CLINK_WEBHOOK_SECRETS must not hold the secret of the embedded sandbox in production: it is published with this software.',
    ],
    [
      { ...production, CLINK_WEBHOOK_SECRETS: 'whsec_new_0123456789, whsec_embedded_sandbox' },
      'CLINK_WEBHOOK_SECRETS must not hold the secret of the embedded sandbox in production: it is published with this software.',
    ],
    [{ PERSISTED_OPERATIONS: 'some' }, 'PERSISTED_OPERATIONS must be one of automatic, only.'],
  ])('refuses %p, naming the variable and the rule', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence);
  });

  it.each(['https://db.internal/payments', 'payments', 'postgres://gateway:canary%@db.internal/payments'])(
    'takes %s for no database to listen at',
    (listenUrl) => {
      expect(() => readConfig({ ...production, DATABASE_LISTEN_URL: listenUrl })).toThrow(
        'DATABASE_LISTEN_URL must look like postgres://user:password@host:5432/database, with % written as %25.',
      );
    },
  );

  it.each(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scp', 'client_id', 'azp'])(
    'takes no customer from the claim %s, with an issuer or without',
    (claim) => {
      const sentence =
        'AUTH_CUSTOMER_CLAIM must name a claim that says which customer a person is, and none of these, which are about the token or its client: iss, aud, exp, nbf, iat, jti, scope, scp, client_id, azp.';
      expect(() => readConfig({ ...production, AUTH_CUSTOMER_CLAIM: claim })).toThrow(sentence);
      expect(() => readConfig({ AUTH_MODE: 'jwt', AUTH_CUSTOMER_CLAIM: claim })).toThrow(sentence);
    },
  );

  it('takes schemes of apps that a payer may come back to', () => {
    expect(readConfig({}).payments.returnUrlSchemes).toEqual([]);
    const schemes = readConfig({ RETURN_URL_SCHEMES: 'com.example.Shop, shopapp' }).payments.returnUrlSchemes;
    expect(schemes).toEqual(['com.example.shop', 'shopapp']);
  });

  it.each([
    ...[
      'javascript',
      'data',
      'blob',
      'file',
      'filesystem',
      'intent',
      'vbscript',
      'about',
      'ws',
      'wss',
      'http',
      'HTTPS',
    ],
    ...['mailto', 'tel', 'view-source', 'chrome-extension', 'ms-settings', 'android-app', 'web+shop', 'x-apple.shop-x'],
    ...['shopapp:', 'shopapp://', 'shop app', '1shop', 'shopäpp', '*', 'shopapp, data'],
  ])('refuses the scheme %p for a way back', (schemes) => {
    expect(() => readConfig({ RETURN_URL_SCHEMES: schemes })).toThrow(
      'RETURN_URL_SCHEMES must list schemes of apps of your own such as com.example.shop, separated by commas and without colons, and none that browsers or systems keep for themselves, such as https, javascript, data, blob, file or intent.',
    );
  });

  it('takes tokens without an audience of the listed clients, and scopes of other claims', () => {
    const env = { ...production, AUTH_AUDIENCE: '', AUTH_CLIENT_IDS: 'shop-app, shop-server' };
    expect(readConfig(env).auth.tokens).toMatchObject({ audience: null, clientIds: ['shop-app', 'shop-server'] });
    const scopes = { AUTH_SCOPE_CLAIM: 'scp, roles', AUTH_SCOPE_PREFIX: 'https://shop.example/' };
    expect(readConfig({ ...production, ...scopes }).auth.tokens?.scopes).toEqual({
      claims: ['scp', 'roles'],
      prefix: 'https://shop.example/',
    });
  });

  it('takes the customer from any other claim', () => {
    const claim = 'https://shop.example/customer';
    expect(readConfig({ ...production, AUTH_CUSTOMER_CLAIM: claim }).auth.tokens?.customerClaim).toBe(claim);
  });

  it.each([
    ['CLINK_API_KEY', 'sk_test_embedded_sandbox', 'CLINK_API_KEY must not be the key of the embedded sandbox'],
    [
      'CLINK_WEBHOOK_SECRETS',
      'whsec_new_0123456789,whsec_embedded_sandbox\n',
      'CLINK_WEBHOOK_SECRETS must not hold the secret of the embedded sandbox',
    ],
  ])('refuses what is published of %s in production when it comes in a file, too', (name, content, sentence) => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const file = join(folder, 'secret');
    writeFileSync(file, content);
    expect(() => readConfig({ ...production, [name]: undefined, [`${name}_FILE`]: file })).toThrow(sentence);
    rmSync(folder, { recursive: true });
  });

  it('never shows a value in its refusals', () => {
    expect(() => readConfig({ CLINK_API_KEY: 'sk_uat_canary', CLINK_BASE_URL: 'canary' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') as string }),
    );
  });
});

describe('isWebhookSecret', () => {
  it.each([
    ['whsec_0123456789', true],
    ['whsec_012345678', false],
    ['whsec_embedded_sandbox', false],
  ])('in production, of %s: %p', (entry, accepted) => {
    expect(isWebhookSecret(entry, { production: true })).toBe(accepted);
    expect(isWebhookSecret(entry, { production: false })).toBe(true);
  });
});
