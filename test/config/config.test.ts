import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWebhookSecret, readConfig } from '../../src/config/config.js';
import { production, real } from '../support/settings.js';

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
      clink: { webhookSecrets: ['whsec_a', 'whsec_b'] },
      sandbox: { port: 4010 },
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

  it('bounds the streams of each caller where callers are known', () => {
    const set = { ...production, MAX_STREAMS_PER_PERSON: '3', MAX_STREAMS_PER_SERVICE: '0' };
    expect(readConfig({}).limits.streams).toEqual({ perPerson: null, perService: null });
    expect(readConfig(production).limits.streams).toEqual({ perPerson: 50, perService: 10_000 });
    expect(readConfig(set).limits.streams).toEqual({ perPerson: 3, perService: null });
  });

  it('bounds the waiting replays of each caller where callers are known', () => {
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
        'AUTH_CUSTOMER_CLAIM must name a claim that says which customer a person is, and none of these, which ' +
        'are about the token or its client: iss, aud, exp, nbf, iat, jti, scope, scp, client_id, azp.';
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
      'RETURN_URL_SCHEMES must list schemes of apps of your own such as com.example.shop, separated by commas ' +
        'and without colons, and none that browsers or systems keep for themselves, such as https, javascript, ' +
        'data, blob, file or intent.',
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
