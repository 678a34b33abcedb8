import { ConfigError } from '../../src/config/environment.js';
import { readProxy } from '../../src/config/proxy.config.js';

const PROVIDER = 'https://api.clink.example/api/';
const PROXY = 'http://proxy.example:3128';
const hrefOf = (env: Readonly<Record<string, string>>, target = PROVIDER) => readProxy(env, target)?.href ?? null;

describe('readProxy', () => {
  it.each([
    ['no proxy where none is set', {}, null],
    ['HTTPS_PROXY for https', { HTTPS_PROXY: PROXY, HTTP_PROXY: 'http://other.example' }, `${PROXY}/`],
    [
      'the name in lower case before the other',
      { HTTPS_PROXY: 'http://other.example', https_proxy: PROXY },
      `${PROXY}/`,
    ],
    ['no proxy of the other scheme', { HTTP_PROXY: PROXY }, null],
    ['no proxy where the setting is blank', { HTTPS_PROXY: ' ' }, null],
    ['host and port alone for http', { HTTPS_PROXY: 'proxy.example:3128' }, `${PROXY}/`],
    ['a proxy that is reached by https', { HTTPS_PROXY: 'https://proxy.example' }, 'https://proxy.example/'],
    ['credentials', { HTTPS_PROXY: 'http://me:p%40ss@proxy.example:1' }, 'http://me:p%40ss@proxy.example:1/'],
  ])('reads %s', (_name, env, href) => {
    expect(hrefOf(env)).toBe(href);
  });

  it('reads HTTP_PROXY for http', () => {
    expect(hrefOf({ HTTP_PROXY: PROXY }, 'http://127.0.0.1:4010/api/')).toBe(`${PROXY}/`);
    expect(hrefOf({ http_proxy: PROXY, HTTP_PROXY: 'other' }, 'http://127.0.0.1:4010/api/')).toBe(`${PROXY}/`);
  });

  it.each([
    ['*', PROVIDER],
    ['api.clink.example', PROVIDER],
    ['API.Clink.Example', PROVIDER],
    ['clink.example', PROVIDER],
    ['.clink.example', PROVIDER],
    ['*.clink.example', PROVIDER],
    ['localhost, clink.example:443', PROVIDER],
    ['localhost clink.example', PROVIDER],
    ['10.0.0.7', 'https://10.0.0.7/jwks'],
    ['10.0.0.0/8', 'https://10.0.0.7/jwks'],
    ['[fd00::7]', 'https://[fd00::7]/jwks'],
    ['fd00::7', 'https://[fd00::7]/jwks'],
    ['[fd00::7]:443', 'https://[fd00::7]/jwks'],
    ['fd00::/8', 'https://[fd00::7]/jwks'],
  ])('goes directly where NO_PROXY is %j, to %s', (exceptions, target) => {
    expect(hrefOf({ HTTPS_PROXY: PROXY, NO_PROXY: exceptions }, target)).toBeNull();
    expect(hrefOf({ HTTPS_PROXY: PROXY, no_proxy: exceptions }, target)).toBeNull();
  });

  it.each([
    ['', PROVIDER],
    [',', PROVIDER],
    ['clink.example:8443', PROVIDER],
    ['xclink.example', PROVIDER],
    ['ink.example', PROVIDER],
    ['www.api.clink.example', PROVIDER],
    ['10.0.0.0/8', PROVIDER],
    ['10.0.0.0/33', 'https://10.0.0.7/jwks'],
    ['10.0.0.0/', 'https://10.0.0.7/jwks'],
    ['11.0.0.0/8', 'https://10.0.0.7/jwks'],
    ['::/0', 'https://10.0.0.7/jwks'],
  ])('does not where it is %j, to %s', (exceptions, target) => {
    expect(hrefOf({ HTTPS_PROXY: PROXY, NO_PROXY: exceptions }, target)).toBe(`${PROXY}/`);
  });

  it.each([
    ['socks5://proxy.example', 'HTTPS_PROXY'],
    ['http://', 'HTTPS_PROXY'],
    ['http://user:%zz@proxy.example', 'https_proxy'],
  ])('refuses %j as %s in a sentence, without the value', (value, name) => {
    expect(() => readProxy({ [name]: value }, PROVIDER)).toThrow(
      new ConfigError(
        `${name} must be the http or https URL of a proxy, such as http://proxy.example:3128; credentials in it ` +
          'are percent-encoded.',
      ),
    );
  });
});
