import { readConfig } from '../src/config.js';

const real = {
  CLINK_API_KEY: 'sk_uat_canary',
  CLINK_BASE_URL: 'https://uat-api.clinkbill.com/api/',
};

describe('readConfig', () => {
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

  it('uses no sandbox once a key is set', () => {
    expect(readConfig(real)).toMatchObject({ sandbox: null, clink: { baseUrl: real.CLINK_BASE_URL } });
  });

  it('reads lists of origins', () => {
    const config = readConfig({ RETURN_URL_ORIGINS: 'https://shop.example, https://m.shop.example/' });
    expect(config.payments.returnUrlOrigins).toEqual(['https://shop.example', 'https://m.shop.example']);
  });

  it.each([
    [{ PORT: '4000x' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ PORT: '70000' }, 'PORT must be a whole number from 0 to 65535.'],
    [{ CLINK_TIMEOUT_MS: '5' }, 'CLINK_TIMEOUT_MS must be a whole number from 100 to 60000.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, silent.'],
    [{ CLINK_API_KEY: 'sk_uat_canary' }, 'CLINK_BASE_URL is not set.'],
    [
      { ...real, CLINK_BASE_URL: 'https://api.example/v1' },
      'CLINK_BASE_URL must be an absolute URL that ends in /api/.',
    ],
    [
      { RETURN_URL_ORIGINS: 'https://shop.example/path' },
      'RETURN_URL_ORIGINS must list origins such as https://shop.example, separated by commas.',
    ],
    [{ NODE_ENV: 'production' }, 'CLINK_API_KEY is not set: the embedded sandbox never serves production.'],
    [{ ...real, NODE_ENV: 'production' }, 'DATABASE_URL is not set: the embedded store never serves production.'],
  ])('refuses %p, naming the variable and the rule', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence);
  });

  it('never shows a value in its refusals', () => {
    expect(() => readConfig({ CLINK_API_KEY: 'sk_uat_canary', CLINK_BASE_URL: 'canary' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('canary') as string }),
    );
  });
});
