import { createPublicKey } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { createAuthenticator, type TokenOptions } from '../../../src/http/authentication/authenticator.js';
import { HttpError } from '../../../src/http/transport/http-error.js';
import { systemClock } from '../../../src/shared/clock.js';
import { newKey, signWith, startIssuer, TOKEN_TERMS, type Issuer } from '../../security/support/issuer.js';

let issuer: Issuer;
const servers: Server[] = [];
beforeEach(async () => {
  issuer = await startIssuer();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  await issuer.close();
});

/** An address of keys that answers as the case has it. */
async function keysAt(answer: (response: ServerResponse) => void, path = '/jwks'): Promise<URL> {
  const server = createServer((_request, response) => {
    answer(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const publishing = (keys: readonly object[]) => keysAt((response) => response.end(JSON.stringify({ keys })));
const ownKey = () => createPublicKey(issuer.publicPem()).export({ format: 'jwk' });
const otherKey = () => newKey('other').publicKey.export({ format: 'jwk' });

/** What comes of a token, and what the operator reads of it. */
async function trySetup(options: Partial<TokenOptions>, ...tokens: string[]) {
  const lines: string[] = [];
  const authenticate = createAuthenticator({
    tokens: { ...TOKEN_TERMS, keys: new URL(issuer.jwksUrl), issuer: issuer.issuer, ...options },
    routerSecrets: null,
    clock: { ...systemClock, monotonicNow: () => 1_000 },
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  });
  const outcomes: unknown[] = [];
  for (const token of tokens)
    outcomes.push(
      await authenticate({ authorization: `Bearer ${token}` }).then(
        ({ customerReference }) => customerReference,
        (error: unknown) => (error instanceof HttpError ? error.options.code : error),
      ),
    );
  const logged = lines.map((line) => JSON.parse(line) as { msg: string; reason?: string });
  return { outcomes, logged: logged.map(({ msg, reason }) => `${msg}: ${reason ?? ''}`) };
}

describe('an operator reads in one sentence, once for many tokens, why they are refused', () => {
  const refused = async (options: Partial<TokenOptions>, token: string, reason: string) => {
    expect(await trySetup(options, token, token)).toEqual({
      outcomes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
      logged: [`authentication.token-refused: ${reason}`],
    });
  };
  const SLASH =
    'AUTH_ISSUER and the iss of the tokens differ by the slash at the end: set AUTH_ISSUER to that iss, to the ' +
    'character.';

  it('where AUTH_ISSUER has a slash too many', () => refused({ issuer: `${issuer.issuer}/` }, issuer.token(), SLASH));

  it('where AUTH_ISSUER lacks a slash', () => refused({}, issuer.token({ iss: `${issuer.issuer}/` }), SLASH));

  it('where the issuer is another', () =>
    refused(
      {},
      issuer.token({ iss: 'https://other.example' }),
      'The iss of the tokens is another than AUTH_ISSUER, which must be equal to it to the character.',
    ));

  it('where the audience is another', () =>
    refused({}, issuer.token({ aud: 'newsletter' }), 'The aud of the tokens does not hold AUTH_AUDIENCE.'));

  it('where there is no audience', () =>
    refused(
      {},
      issuer.token({ aud: undefined }),
      'The tokens have no aud: have the issuer name one, or, where it never does, set AUTH_CLIENT_IDS in place ' +
        'of AUTH_AUDIENCE.',
    ));

  const clients = { audience: null, clientIds: ['shop-app'] };

  it('where clients are listed, and tokens have an audience', () =>
    refused(
      clients,
      issuer.token({ client_id: 'shop-app' }),
      'The tokens have an aud, which is for tokens of AUTH_AUDIENCE: set that in place of AUTH_CLIENT_IDS, ' +
        'unless these are ID tokens.',
    ));

  it('where the client is not listed', () =>
    refused(
      clients,
      issuer.token({ aud: undefined, client_id: 'shop-web' }),
      'The client_id of the tokens is none of AUTH_CLIENT_IDS.',
    ));

  it('where ID tokens are sent', () =>
    refused({}, issuer.token({ token_use: 'id' }), 'ID tokens are sent: clients have to send their access tokens.'));

  it('and nothing where a stranger has signed them', async () => {
    const forged = issuer.forge({ claims: { iss: `${issuer.issuer}/` }, sign: signWith(newKey('own').privateKey) });
    expect(await trySetup({}, forged)).toEqual({ outcomes: ['UNAUTHENTICATED'], logged: [] });
  });
});

describe('a key without a kid', () => {
  const SEVERAL =
    'authentication.token-refused: A token names no key (kid) of the key set, and several of its keys may have ' +
    'signed it: have the issuer give its keys and tokens a kid.';
  const named = () => issuer.token({}, { kid: 'named' });
  const nameless = () => issuer.token({}, { kid: undefined });

  it.each([
    ['is used for tokens that name a key', named],
    ['is used for tokens that name none', nameless],
  ])('%s where it is the only one', async (_title, token) => {
    const keys = await publishing([ownKey()]);
    expect(await trySetup({ keys }, token())).toEqual({ outcomes: ['alice'], logged: [] });
  });

  it('is used where others have names, or are not for such signatures', async () => {
    const others = [
      { ...otherKey(), kid: 'other' },
      { ...otherKey(), use: 'enc' },
      { ...otherKey(), alg: 'PS256' },
    ];
    const keys = await publishing([...others, ownKey()]);
    expect(await trySetup({ keys }, named())).toEqual({ outcomes: ['alice'], logged: [] });
  });

  it('takes no token that another key has signed', async () => {
    const keys = await publishing([otherKey()]);
    expect(await trySetup({ keys }, named(), nameless())).toEqual({
      outcomes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
      logged: [],
    });
  });

  it('gives way to the one that a token names', async () => {
    const keys = await publishing([otherKey(), { ...ownKey(), kid: 'named' }]);
    expect(await trySetup({ keys }, named())).toEqual({ outcomes: ['alice'], logged: [] });
  });

  it.each([
    ['that name a key', named],
    ['that name none', nameless],
  ])('beside another without one has tokens %s refused, and the operator told', async (_title, token) => {
    const keys = await publishing([ownKey(), otherKey()]);
    expect(await trySetup({ keys }, token(), token())).toEqual({
      outcomes: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
      logged: [SEVERAL],
    });
  });

  it('is used of the keys in hand, too, while they are not read again', async () => {
    const published = [ownKey()];
    let broken = false;
    const keys = await keysAt((response) => {
      response.writeHead(broken ? 500 : 200).end(JSON.stringify({ keys: published }));
    });
    const authenticate = createAuthenticator({
      tokens: { ...TOKEN_TERMS, keys, issuer: issuer.issuer },
      routerSecrets: null,
      clock: { ...systemClock, monotonicNow: () => 1_000 },
      log: pino({ level: 'silent' }),
    });
    const ask = (sub: string) => authenticate({ authorization: `Bearer ${issuer.token({ sub }, { kid: 'named' })}` });
    await ask('alice');
    broken = true;
    // The library reads the system's time: by then an unknown name makes it read the keys again, and fail.
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    const callers = [await ask('bob'), await ask('carol')];
    now.mockRestore();
    expect(callers).toMatchObject([{ customerReference: 'bob' }, { customerReference: 'carol' }]);
  });
});

describe('an operator reads why the keys can not be had', () => {
  it.each<[string, (response: ServerResponse) => void, string]>([
    [
      'where their address redirects',
      (response) => response.writeHead(301, { location: 'https://issuer.example/keys' }).end(),
      'AUTH_JWKS_URL answers with a redirect, which is not followed: set it to the address of the keys themselves.',
    ],
    [
      'where it is not found',
      (response) => response.writeHead(404).end(),
      'AUTH_JWKS_URL answers with status 404 in place of 200.',
    ],
    [
      'where it is that of the discovery document',
      (response) => response.end('{"issuer":"https://issuer.example"}'),
      'AUTH_JWKS_URL answers with something else than a key set, {"keys": […]}: it must be the address of the ' +
        'keys, not of the issuer’s discovery document or a page.',
    ],
    [
      'where it is that of a page',
      (response) => response.end('<!doctype html>'),
      'AUTH_JWKS_URL answers with something else than a key set, {"keys": […]}: it must be the address of the ' +
        'keys, not of the issuer’s discovery document or a page.',
    ],
  ])('%s', async (_title, answer, reason) => {
    const keys = await keysAt(answer, '/keys?tenant=shop');
    expect(await trySetup({ keys }, issuer.token())).toEqual({
      outcomes: ['AUTHENTICATION_UNAVAILABLE'],
      logged: [`authentication.keys-unavailable: ${reason}`],
    });
  });

  it('and only what the network says where nobody answers', async () => {
    expect(await trySetup({ keys: new URL('http://127.0.0.1:1/jwks') }, issuer.token())).toEqual({
      outcomes: ['AUTHENTICATION_UNAVAILABLE'],
      logged: ['authentication.keys-unavailable: '],
    });
  });
});
