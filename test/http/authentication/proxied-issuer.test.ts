import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { createAuthenticator } from '../../../src/http/authentication/authenticator.js';
import { HttpError } from '../../../src/http/transport/http-error.js';
import { systemClock } from '../../../src/shared/clock.js';
import { watchAttemptTimeouts } from '../../support/connect-attempts.js';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.js';
import { outputSearch, searchedOutput } from '../../support/output-search.js';
import { TEST_CERTIFICATE, trustTestCertificate } from '../../support/test-certificate.js';
import { startIssuer, TOKEN_TERMS, type Issuer } from '../../security/support/issuer.js';

const CREDENTIALS = 'gateway:canary-of-a-proxy';

describe("the issuer's keys", () => {
  const acceptEncodings: unknown[] = [];
  let issuer: Issuer;
  let proxy: ConnectProxy;
  let overTls: { readonly jwksUrl: string; close(): unknown };

  beforeAll(async () => {
    outputSearch.searchFor('a password of a proxy', 'canary-of-a-proxy');
    issuer = await startIssuer();
    proxy = await startConnectProxy(CREDENTIALS);
    const server = createServer(TEST_CERTIFICATE, ({ headers }, response) => {
      acceptEncodings.push(headers['accept-encoding']);
      void fetch(issuer.jwksUrl).then(async (keys) => response.end(await keys.text()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    overTls = {
      jwksUrl: `https://localhost:${(server.address() as AddressInfo).port}/jwks`,
      close: () => server.close(),
    };
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    overTls.close();
    await proxy.close();
    await issuer.close();
  });

  const authenticateWith = (jwksUrl: string, via: URL | null) =>
    createAuthenticator({
      tokens: { ...TOKEN_TERMS, keys: new URL(jwksUrl), proxy: via, issuer: issuer.issuer },
      routerSecrets: null,
      clock: systemClock,
      log: pino({ level: 'debug' }, searchedOutput()),
    })({ authorization: `Bearer ${issuer.token({ sub: 'alice' })}` });

  it('are read through the proxy in a tunnel, over TLS and, from this machine, without', async () => {
    trustTestCertificate();

    expect(await authenticateWith(overTls.jwksUrl, proxy.url)).toMatchObject({ customerReference: 'alice' });
    expect(await authenticateWith(issuer.jwksUrl, proxy.url)).toMatchObject({ customerReference: 'alice' });

    const hosts = [overTls.jwksUrl, issuer.jwksUrl].map((url) => new URL(url).host);
    expect(proxy.tunnels.map(({ target }) => target)).toEqual(hosts);
    expect(proxy.forwardCount()).toBe(0);
  });

  it('are asked for in no coding', async () => {
    trustTestCertificate();
    await authenticateWith(overTls.jwksUrl, null);

    expect(acceptEncodings.at(-1)).toBe('identity');
  });

  it('can not be had where the proxy refuses, where there is none, and where TLS proves somebody else', async () => {
    const wrong = new URL(proxy.url);
    wrong.password = 'another';
    const attempts = [
      authenticateWith(issuer.jwksUrl, wrong),
      authenticateWith(issuer.jwksUrl, new URL('http://127.0.0.1:1')),
      authenticateWith(overTls.jwksUrl, proxy.url),
    ];

    const refusals = await Promise.all(attempts.map((attempt) => attempt.catch((error: unknown) => error)));

    expect(refusals.map((refusal) => refusal instanceof HttpError && refusal.options.status)).toEqual([503, 503, 503]);
  });

  it('are asked for at an address more than 250 ms away, where the host has several', async () => {
    const attemptTimeoutsAt = watchAttemptTimeouts();
    await authenticateWith(issuer.jwksUrl, null);
    expect(attemptTimeoutsAt(new URL(issuer.jwksUrl).port)).toEqual([1_500]);

    await authenticateWith(issuer.jwksUrl, proxy.url);
    expect(attemptTimeoutsAt(proxy.url.port)).toEqual([1_500]);
  });
});
