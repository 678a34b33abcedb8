import { generateKeyPairSync } from 'node:crypto';
import pino from 'pino';
import { createAuthenticator } from '../../../src/http/authentication/authenticator.js';
import { HttpError } from '../../../src/http/transport/http-error.js';
import { systemClock } from '../../../src/shared/clock.js';
import {
  hmacWith,
  newKey,
  signWith,
  startIssuer,
  TOKEN_TERMS,
  toBase64Url,
  type Issuer,
} from '../../security/support/issuer.js';

const SHARED_SECRET = 'what an issuer should never publish';
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const own = newKey('private');
const [encrypting, twice] = [newKey('encrypting'), newKey('twice')];
const publicJwk = ({ kid, publicKey }: ReturnType<typeof newKey>) => ({ ...publicKey.export({ format: 'jwk' }), kid });

/** What issuers publish by mistake, or for other purposes. */
const ODD_KEYS = [
  { ...short.publicKey.export({ format: 'jwk' }), kid: 'short' },
  { ...own.privateKey.export({ format: 'jwk' }), kid: 'private' },
  { ...publicJwk(encrypting), use: 'enc' },
  publicJwk(twice),
  publicJwk({ ...newKey('twice') }),
  { kty: 'oct', k: toBase64Url(SHARED_SECRET), kid: 'secret' },
  { kty: 'RSA', kid: 'empty' },
  { kty: 'RSA', kid: 'numbers', n: 5, e: 5 },
  { kty: 'EC', crv: 'P-256', kid: 'off-the-curve', x: 'AQ', y: 'AQ' },
  { kty: 'made up', kid: 'made-up' },
];
const MADE_UP = (): string => 'AAAA';

describe('tokens that name an odd key of their issuer', () => {
  let issuer: Issuer;
  const lines: string[] = [];
  let authenticate: ReturnType<typeof createAuthenticator>;
  beforeEach(async () => {
    issuer = await startIssuer(ODD_KEYS);
    lines.length = 0;
    authenticate = createAuthenticator({
      tokens: { keys: new URL(issuer.jwksUrl), issuer: issuer.issuer, ...TOKEN_TERMS },
      routerSecrets: null,
      clock: { ...systemClock, monotonicNow: () => 1_000 },
      log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
    });
  });
  afterEach(() => issuer.close());

  async function codeOf(
    kid: string,
    { alg = 'RS256', sign = MADE_UP }: { alg?: string; sign?: (text: string) => string },
  ) {
    const token = issuer.forge({ header: { kid, alg }, sign });
    const error = await authenticate({ authorization: `Bearer ${token}` }).catch((refusal: unknown) => refusal);
    return error instanceof HttpError ? error.options.code : 'accepted';
  }

  it.each([
    ['a key that is too short', 'short', { sign: signWith(short.privateKey) }],
    ['a private key', 'private', { sign: signWith(own.privateKey) }],
    ['a key for encryption', 'encrypting', { sign: signWith(encrypting.privateKey) }],
    ['one of two keys', 'twice', { sign: signWith(twice.privateKey) }],
    ['a secret', 'secret', { alg: 'HS256', sign: hmacWith(SHARED_SECRET) }],
    ['a secret, with a signature', 'secret', {}],
    ['a key without numbers', 'empty', {}],
    ['a key with other numbers than texts', 'numbers', {}],
    ['a point off its curve', 'off-the-curve', { alg: 'ES256' }],
    ['a key of no type', 'made-up', {}],
  ])('%s: 401, and other callers go on', async (_title, kid, forgery) => {
    expect(await codeOf(kid, forgery)).toBe('UNAUTHENTICATED');
    const { customerReference } = await authenticate({ authorization: `Bearer ${issuer.token({ sub: 'bob' })}` });
    expect(customerReference).toBe('bob');
  });

  it('have the operator told once, however many they are', async () => {
    for (const kid of ['short', 'empty', 'private', 'numbers', 'short']) await codeOf(kid, {});
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['authentication.key-unusable']);
  });

  it('or a missing one wait for its reading a hundred at a time: each is work, and can be made up', async () => {
    const [unknown, bobs] = [issuer.token({}, { kid: 'other' }), issuer.token({ sub: 'bob' })];
    const refused = () =>
      authenticate({ authorization: `Bearer ${unknown}` }).catch(({ options }: HttpError) => options);
    await authenticate({ authorization: `Bearer ${issuer.token()}` });
    // The library reads the system's time: by then an unknown key makes it read the keys again.
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    issuer.fallSilent();
    let answered = 0;
    const waiting = Array.from({ length: 100 }, () => refused().finally(() => (answered += 1)));
    expect(await refused()).toMatchObject({ status: 503, code: 'AUTHENTICATION_UNAVAILABLE' });
    expect(answered).toBe(0);
    expect(await authenticate({ authorization: `Bearer ${bobs}` })).toMatchObject({ customerReference: 'bob' });
    await issuer.close();
    expect(await Promise.all(waiting)).toEqual(Array(100).fill(expect.objectContaining({ status: 503 })));
    now.mockRestore();
  });
});
