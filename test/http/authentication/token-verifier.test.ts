import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createAuthenticator } from '../../../src/http/authentication/authenticator.js';
import { openDevelopmentKey } from '../../../src/dev/development-key.js';
import { HttpError } from '../../../src/http/transport/http-error.js';
import { systemClock } from '../../../src/shared/clock.js';
import { newKey, nowSeconds, signWith, startIssuer, TOKEN_TERMS, type Issuer } from '../../security/support/issuer.js';

const log = pino({ level: 'silent' });
const SECRET = 'a-router-secret-of-thirty-two-or-more';
const UNAVAILABLE = { status: 503, code: 'AUTHENTICATION_UNAVAILABLE' };

function authenticatorOf({ jwksUrl, issuer }: Pick<Issuer, 'jwksUrl' | 'issuer'>, ...routerSecrets: string[]) {
  const tokens = { keys: new URL(jwksUrl), issuer, ...TOKEN_TERMS };
  return createAuthenticator({
    tokens,
    clock: systemClock,
    log,
    routerSecrets: routerSecrets.length === 0 ? null : () => routerSecrets,
  });
}

/** One that counts what it logs, and whose monotonic clock stands still until it is advanced. */
function watchedAuthenticator({ jwksUrl, issuer }: Issuer) {
  let [monotonicMs, lines] = [1_000, 0];
  const authenticate = createAuthenticator({
    tokens: { keys: new URL(jwksUrl), issuer, ...TOKEN_TERMS },
    routerSecrets: null,
    clock: { ...systemClock, monotonicNow: () => monotonicMs },
    log: pino({ level: 'warn' }, { write: () => void (lines += 1) }),
  });
  return { authenticate, logged: () => lines, clock: { advance: (ms: number) => void (monotonicMs += ms) } };
}

async function refusalOf(attempt: Promise<unknown>) {
  const error = await attempt.catch((refusal: unknown) => refusal);
  return error instanceof HttpError ? error.options : error;
}

describe('a token verifier', () => {
  let issuer: Issuer;
  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => issuer.close());

  it('reads the keys once for many tokens', async () => {
    const authenticate = authenticatorOf(issuer);
    await Promise.all(['a', 'b', 'c'].map((sub) => authenticate({ authorization: `Bearer ${issuer.token({ sub })}` })));
    expect(issuer.reads()).toBe(1);
  });

  it('does not let made-up key ids have the keys read again and again', async () => {
    const authenticate = authenticatorOf(issuer);
    await authenticate({ authorization: `Bearer ${issuer.token()}` });
    // One for all: to make one takes long, and half a minute later the keys would rightly be read again.
    const { privateKey } = newKey('own');
    const attempts = Array.from({ length: 20 }, (_, index) => {
      const forged = issuer.forge({ header: { kid: `made-up-${index}` }, sign: signWith(privateKey) });
      return refusalOf(authenticate({ authorization: `Bearer ${forged}` }));
    });
    expect(await Promise.all(attempts)).toEqual(
      Array(20).fill(expect.objectContaining({ status: 401, code: 'UNAUTHENTICATED' })),
    );
    expect(issuer.reads()).toBe(1);
  });

  it('takes a key that was published since it started', async () => {
    issuer.rotate();
    const caller = await authenticatorOf(issuer)({ authorization: `Bearer ${issuer.token({ sub: 'alice' })}` });
    expect(caller).toEqual({
      scope: `customer:${issuer.issuer}|alice`,
      customerReference: 'alice',
      may: { read: true, write: true, anyCustomer: false },
      provedUntilMs: expect.any(Number) as number,
    });
  });

  it('says that tokens can not be checked while the keys can not be had', async () => {
    const token = issuer.token();
    const authenticate = authenticatorOf({ issuer: issuer.issuer, jwksUrl: 'http://127.0.0.1:1/jwks' });
    expect(await refusalOf(authenticate({ authorization: `Bearer ${token}` }))).toEqual({
      status: 503,
      code: 'AUTHENTICATION_UNAVAILABLE',
      message: 'Access tokens can not be checked just now. Nothing was executed; send the request again in a moment.',
      headers: { 'retry-after': '5' },
    });
  });

  it('leaves an issuer that fails alone for some seconds, whatever strangers send', async () => {
    const { authenticate, logged, clock } = watchedAuthenticator(issuer);
    const forged = () => refusalOf(authenticate({ authorization: `Bearer ${issuer.forge({ sign: () => 'forged' })}` }));
    issuer.breakDown(true);
    const refusals = await Promise.all(Array.from({ length: 100 }, forged));
    for (let round = 0; round < 100; round += 1) refusals.push(await forged());
    expect(refusals).toEqual(Array(200).fill(expect.objectContaining(UNAVAILABLE)));
    expect({ reads: issuer.reads(), logged: logged() }).toEqual({ reads: 1, logged: 1 });

    clock.advance(5_000);
    issuer.breakDown(false);
    expect(await authenticate({ authorization: `Bearer ${issuer.token({ sub: 'alice' })}` })).toMatchObject({
      customerReference: 'alice',
    });
    expect({ reads: issuer.reads(), logged: logged() }).toEqual({ reads: 2, logged: 1 });
  });

  it('goes on with the keys it has while they can not be read again', async () => {
    const { authenticate, logged } = watchedAuthenticator(issuer);
    await authenticate({ authorization: `Bearer ${issuer.token()}` });
    // The library reads the system's time: by then an unknown key makes it read the keys again.
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    issuer.breakDown(true);
    const unknown = () => refusalOf(authenticate({ authorization: `Bearer ${issuer.token({}, { kid: 'other' })}` }));
    expect([await unknown(), await unknown()]).toMatchObject([UNAVAILABLE, UNAVAILABLE]);
    const caller = await authenticate({ authorization: `Bearer ${issuer.token({ sub: 'bob' })}` });
    now.mockRestore();
    expect(caller).toMatchObject({ customerReference: 'bob' });
    expect({ reads: issuer.reads(), logged: logged() }).toEqual({ reads: 2, logged: 1 });
  });

  describe('that has refused made-up keys', () => {
    const started = Date.now();
    const at = (afterMs: number): void => void jest.spyOn(Date, 'now').mockReturnValue(started + afterMs);
    afterEach(() => jest.restoreAllMocks());

    it('takes every token of a key that was read since', async () => {
      const { authenticate } = watchedAuthenticator(issuer);
      const fresh = (sub: string) => authenticate({ authorization: `Bearer ${issuer.token({ sub })}` });
      at(0);
      await fresh('alice');
      const madeUp = { authorization: `Bearer ${issuer.token({}, { kid: 'made-up' })}` };
      expect(await refusalOf(authenticate(madeUp))).toMatchObject({ code: 'UNAUTHENTICATED' });
      issuer.rotate();
      at(31_000);
      expect([await fresh('bob'), await fresh('carol')]).toMatchObject([
        { customerReference: 'bob' },
        { customerReference: 'carol' },
      ]);
      expect(issuer.reads()).toBe(2);
    });

    it('knows of keys that were read for a token whose algorithm was wrong', async () => {
      const { authenticate } = watchedAuthenticator(issuer);
      at(0);
      await authenticate({ authorization: `Bearer ${issuer.token()}` });
      await refusalOf(authenticate({ authorization: `Bearer ${issuer.token({}, { kid: 'made-up' })}` }));
      issuer.rotate();
      at(29_999);
      const odd = issuer.forge({ header: { kid: 'key-1', alg: 'ES256' }, sign: () => 'AAAA' });
      const refused = refusalOf(authenticate({ authorization: `Bearer ${odd}` }));
      // Before the library looks: only now the keys may be read again.
      at(30_000);
      expect(await refused).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(issuer.reads()).toBe(2);
      expect(await authenticate({ authorization: `Bearer ${issuer.token({ sub: 'bob' })}` })).toMatchObject({
        customerReference: 'bob',
      });
    });
  });

  it.each([[undefined], ['wrong'], [`${SECRET}x`], [[SECRET, SECRET]]])(
    'refuses a valid token with the router secret %p',
    async (sent) => {
      const headers = { authorization: `Bearer ${issuer.token()}`, 'x-router-secret': sent };
      expect(await refusalOf(authenticatorOf(issuer, SECRET)(headers))).toEqual({
        status: 403,
        code: 'ROUTER_REQUIRED',
        message: 'This server takes requests from its router only. Nothing was executed.',
      });
    },
  );

  it('takes each of several router secrets while they are rolled', async () => {
    const authenticate = authenticatorOf(issuer, `${SECRET}-new`, SECRET);
    for (const secret of [SECRET, `${SECRET}-new`]) {
      const headers = { 'x-router-secret': secret, authorization: `Bearer ${issuer.token({ sub: 'alice' })}` };
      expect((await authenticate(headers)).customerReference).toBe('alice');
    }
  });

  it('says until when a token proves its caller: to its end, and as long as clocks may differ', async () => {
    const exp = nowSeconds() + 600;
    const caller = await authenticatorOf(issuer)({ authorization: `Bearer ${issuer.token({ exp })}` });
    expect(caller.provedUntilMs).toBe((exp + 30) * 1000);
  });

  it('wants the user’s token from the router as well', async () => {
    const authenticate = authenticatorOf(issuer, SECRET);
    expect(await refusalOf(authenticate({ 'x-router-secret': SECRET }))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'Send an access token in the header Authorization: Bearer. Nothing was executed.',
    });
    const headers = { 'x-router-secret': SECRET, authorization: `Bearer ${issuer.token({ sub: 'alice' })}` };
    expect((await authenticate(headers)).customerReference).toBe('alice');
  });
});

describe('a development key', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'key-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('signs what a gateway with the same data folder takes, whoever was first', async () => {
    const [signer, { publicKeys }] = await Promise.all([openDevelopmentKey(dataDir), openDevelopmentKey(dataDir)]);
    const options = { issuer: 'urn:dev', audience: 'dev' };
    const token = await signer.sign({
      ...options,
      claims: { sub: 'c_1', scope: 'payments:read' },
      issuedAt: nowSeconds(),
      expiresAt: nowSeconds() + 60,
    });
    const tokens = { ...TOKEN_TERMS, ...options, keys: publicKeys };
    const authenticate = createAuthenticator({ tokens, routerSecrets: null, clock: systemClock, log });
    expect(await authenticate({ authorization: `Bearer ${token}` })).toMatchObject({ customerReference: 'c_1' });
  });

  it('publishes nothing that could sign', async () => {
    const { publicKeys } = await openDevelopmentKey(dataDir);
    expect(publicKeys.keys[0]).not.toHaveProperty('d');
  });
});
