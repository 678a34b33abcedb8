import { generateKeyPairSync } from 'node:crypto';
import { openSocket } from '../../http/subscriptions/websocket-client.js';
import { CREATE_PAYMENT, ownInput } from '../../support/graphql-client.js';
import { AUDIENCE, hmacWith, newKey, nowSeconds, signWith, toBase64Url, type Issuer } from '../support/issuer.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

interface Forgery {
  readonly title: string;
  readonly message: keyof typeof MESSAGES;
  /** The Authorization header that the attacker sends. */
  header(issuer: Issuer): string;
}

interface SocketOptions {
  readonly headers?: Record<string, string>;
  readonly payload?: Record<string, string>;
}

const MESSAGES = {
  missing: 'Send an access token in the header Authorization: Bearer. Nothing was executed.',
  malformed:
    'The Authorization header must hold Bearer and one token, in at most 14336 characters. Nothing was executed.',
  expired: 'The access token has expired. Nothing was executed.',
  notAccepted:
    'The access token is not accepted: its signature, issuer, audience, client or times are not what they must be. Nothing was executed.',
  noCustomer: 'The access token does not say whom it was given to. Nothing was executed.',
} as const;

const foreign = newKey('key-1');
const embedded = { ...foreign.publicKey.export({ format: 'jwk' }), kid: 'key-1' };
const chain = [foreign.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')];
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const bearer = (token: string): string => `Bearer ${token}`;
const noSignature = (): string => '';

/** Another payload under a signature that is genuine. */
function withClaims(token: string, claims: Readonly<Record<string, unknown>>): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const changed = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...claims };
  return [header, toBase64Url(JSON.stringify(changed)), signature].join('.');
}

/** A genuine token of a customer who is somebody only by these claims. */
const claiming = (
  title: string,
  claims: Readonly<Record<string, unknown>>,
  message: keyof typeof MESSAGES,
): Forgery => ({
  ...{ title, message },
  header: (issuer) => bearer(issuer.token(claims)),
});

const FORGERIES: readonly Forgery[] = [
  { title: 'an empty header', message: 'missing', header: () => '' },
  { title: 'a password', message: 'malformed', header: () => `Basic ${toBase64Url('alice:secret')}` },
  { title: 'no token behind Bearer', message: 'malformed', header: () => 'Bearer' },
  { title: 'two tokens', message: 'malformed', header: (i) => `Bearer ${i.token()} ${i.token()}` },
  { title: 'two tokens in a list', message: 'malformed', header: (i) => `Bearer ${i.token()}, Bearer ${i.token()}` },
  {
    title: 'a token of more than fourteen kilobytes',
    message: 'malformed',
    header: (i) => bearer(i.token({ note: 'x'.repeat(10_800) })),
  },
  { title: 'a word', message: 'notAccepted', header: () => 'Bearer admin' },
  { title: 'three dots', message: 'notAccepted', header: () => 'Bearer ...' },
  {
    title: 'two parts of a token',
    message: 'notAccepted',
    header: (i) => bearer(i.token().split('.').slice(0, 2).join('.')),
  },
  { title: 'four parts', message: 'notAccepted', header: (i) => bearer(`${i.token()}.e30`) },
  { title: 'an encrypted token’s five parts', message: 'notAccepted', header: () => 'Bearer e30.e30.e30.e30.e30' },
  { title: 'a header that is no JSON', message: 'notAccepted', header: () => `Bearer ${toBase64Url('{')}.e30.e30` },
  ...['none', 'None', 'NONE', 'nOnE', ''].map((alg) => ({
    title: `the algorithm "${alg}" without a signature`,
    message: 'notAccepted' as const,
    header: (issuer: Issuer) => bearer(issuer.forge({ header: { alg }, sign: noSignature })),
  })),
  {
    title: 'the algorithm none with a genuine signature',
    message: 'notAccepted',
    header: (i) => bearer(i.token({}, { alg: 'none' })),
  },
  ...['HS256', 'HS384', 'HS512'].map((alg) => ({
    title: `${alg} with the public key as its secret`,
    message: 'notAccepted' as const,
    header: (issuer: Issuer) => bearer(issuer.forge({ header: { alg }, sign: hmacWith(issuer.publicPem()) })),
  })),
  {
    title: 'HMAC with an empty secret',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { alg: 'HS256' }, sign: hmacWith('') })),
  },
  {
    title: 'another key under the issuer’s key id',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ sign: signWith(foreign.privateKey) })),
  },
  {
    title: 'another key, published in the token itself',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { jwk: embedded, kid: undefined }, sign: signWith(foreign.privateKey) })),
  },
  {
    title: 'another key in a chain of certificates in the token',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { x5c: chain, kid: undefined }, sign: signWith(foreign.privateKey) })),
  },
  {
    title: 'another key, published at the attacker’s address',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { jku: 'http://127.0.0.1:9/jwks' }, sign: signWith(foreign.privateKey) })),
  },
  {
    title: 'a certificate at the attacker’s address',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { x5u: 'http://127.0.0.1:9/x' }, sign: signWith(foreign.privateKey) })),
  },
  {
    title: 'a key id that is a path',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { kid: '../../dev/null' }, sign: hmacWith('') })),
  },
  {
    title: 'a key id that is a statement',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { kid: "' OR 1=1 --" }, sign: signWith(foreign.privateKey) })),
  },
  {
    title: 'an elliptic signature of zeros',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { alg: 'ES256' }, sign: () => Buffer.alloc(64).toString('base64url') })),
  },
  {
    title: 'no signature under the issuer’s algorithm',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ sign: noSignature })),
  },
  {
    title: 'an elliptic signature under an RSA key id',
    message: 'notAccepted',
    header: (i) => bearer(i.forge({ header: { alg: 'ES256' }, sign: signWith(ecKey.privateKey) })),
  },
  {
    title: 'an extension that must be understood',
    message: 'notAccepted',
    header: (i) => bearer(i.token({}, { crit: ['made-up'], 'made-up': true })),
  },
  {
    title: 'a payload that was left unencoded',
    message: 'notAccepted',
    header: (i) => bearer(i.token({}, { crit: ['b64'], b64: false })),
  },
  {
    title: 'another customer under a genuine signature',
    message: 'notAccepted',
    header: (i) => bearer(withClaims(i.token(), { sub: 'bob' })),
  },
  {
    title: 'more scopes under a genuine signature',
    message: 'notAccepted',
    header: (i) => bearer(withClaims(i.token(), { scope: 'payments:any-customer' })),
  },
  {
    title: 'a signature with a bit flipped',
    message: 'notAccepted',
    header: (i) =>
      bearer(
        i
          .token()
          .replace(/\.(.)([^.]*)$/, (_all, first: string, rest: string) => `.${first === 'A' ? 'B' : 'A'}${rest}`),
      ),
  },
  claiming('a token that has expired', { exp: nowSeconds() - 31 }, 'expired'),
  claiming('a token that is not valid yet', { nbf: nowSeconds() + 3_600 }, 'notAccepted'),
  claiming('a token that never expires', { exp: undefined }, 'notAccepted'),
  claiming('an expiry that is a text', { exp: '9999999999' }, 'notAccepted'),
  claiming('another issuer', { iss: 'https://evil.example' }, 'notAccepted'),
  claiming('an issuer that only begins like ours', { iss: 'http://127.0.0.1' }, 'notAccepted'),
  claiming('no issuer', { iss: undefined }, 'notAccepted'),
  claiming('another service’s audience', { aud: 'newsletter' }, 'notAccepted'),
  claiming('an audience that only begins like ours', { aud: `${AUDIENCE}-2` }, 'notAccepted'),
  claiming('no audience', { aud: undefined }, 'notAccepted'),
  claiming('no customer', { sub: undefined }, 'noCustomer'),
  claiming('a blank customer', { sub: ' ' }, 'noCustomer'),
  claiming('a customer that is a list', { sub: ['alice', 'bob'] }, 'noCustomer'),
  claiming('a customer with a line break', { sub: 'alice\r\nx-admin: 1' }, 'noCustomer'),
  claiming('a customer of a thousand characters', { sub: 'a'.repeat(1_000) }, 'noCustomer'),
  claiming('a service without a name', { scope: 'payments:write payments:any-customer' }, 'noCustomer'),
];

let gateway: Gateway<'tokens'>;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'] });
});
afterAll(() => gateway.close());

const orders = () => ordersAt(gateway.sandboxUrl);

/** The same request by everybody; all that differs is who says to be asking. */
const pay = (authorization: string) =>
  gateway.ask(CREATE_PAYMENT, { variables: { input: ownInput() }, headers: { authorization } });

const refusal = (code: string, message: string) => ({
  errors: [{ message, extensions: { code, requestId: expect.any(String) as string } }],
});

describe('forged tokens', () => {
  expectLedgerUnchanged(orders);

  it.each(FORGERIES)('$title: 401, and nothing is charged', async ({ header, message }) => {
    const { status, body } = await pay(header(gateway.issuer));
    expect({ status, body }).toEqual({ status: 401, body: refusal('UNAUTHENTICATED', MESSAGES[message]) });
  });

  it.each([
    ['the scope of nobody', ''],
    ['a scope that only begins alike', 'payments:writer'],
    ['a scope in capital letters', 'PAYMENTS:WRITE'],
    ['scopes with commas between', 'payments:read,payments:write'],
    ['everything', '*'],
  ])('%s: 403, and nothing is charged', async (_title, scope) => {
    const { status, body } = await pay(bearer(gateway.issuer.token({ scope })));
    const message = 'The access token lacks the scope payments:write. Nothing was executed.';
    expect({ status, body }).toEqual({ status: 403, body: refusal('FORBIDDEN', message) });
  });

  it.each([
    ['in its headers', (authorization: string) => ({ headers: { authorization } })],
    ['in its introduction', (authorization: string) => ({ payload: { authorization } })],
  ])('open no WebSocket %s', async (_title, optionsOf: (authorization: string) => SocketOptions) => {
    const forged = bearer(gateway.issuer.forge({ sign: signWith(foreign.privateKey) }));
    const { headers, payload } = optionsOf(forged);
    const client = await openSocket(`${gateway.url.replace('http', 'ws')}/graphql`, { headers });
    client.send({ type: 'connection_init', payload });
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it('open no event stream', async () => {
    const forged = bearer(gateway.issuer.forge({ sign: signWith(foreign.privateKey) }));
    const query = 'subscription { paymentUpdated(id: "1") { id } }';
    const { status, body } = await gateway.ask(query, {
      headers: { accept: 'text/event-stream', authorization: forged },
    });
    expect({ status, body }).toEqual({ status: 401, body: refusal('UNAUTHENTICATED', MESSAGES.notAccepted) });
  });

  it('leave no token in the log', async () => {
    await pay(bearer(gateway.issuer.forge({ sign: signWith(foreign.privateKey) })));
    expect(gateway.logLines.join('')).toContain('"status":401');
    expect(gateway.logLines.join('')).not.toMatch(/eyJ/);
  });
});

it('a genuine token has the same request charged, once', async () => {
  const { added } = await addedToLedger(orders, () => pay(bearer(gateway.issuer.token())));
  expect(added).toMatchObject([{ status: 'success' }]);
});
