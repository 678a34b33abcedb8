import { createHmac, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outputSearch } from '../../support/output-search.js';
import { takeSigningKey } from './signing-keys.js';

/** An identity provider over real HTTP: publishes its keys and signs whatever a test asks for. */
export interface Issuer {
  readonly issuer: string;
  readonly jwksUrl: string;
  /** How often the keys were read. */
  readonly reads: () => number;
  /** An ordinary token; a test changes what it is about. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
  /** A token with a signature of the test's own making. */
  forge(parts: ForgedParts): string;
  /** From now on signs with a new key, published beside the old one. */
  rotate(): void;
  /** From now on answers with status 500 to whoever reads the keys, or again with the keys. */
  breakDown(broken: boolean): void;
  /** From now on answers nobody who reads the keys. */
  fallSilent(): void;
  /** The published key, as an attacker can read it. */
  publicPem(): string;
  close(): Promise<void>;
}

export interface ForgedParts {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  sign?(signingInput: string): string;
}

export const AUDIENCE = 'payments-test';
/** What a gateway is set up with for tokens of `token()`. */
export const TOKEN_TERMS = {
  audience: AUDIENCE,
  clientIds: [],
  customerClaim: 'sub',
  scopes: { claims: ['scope', 'scp'], prefix: '' },
  proxy: null,
} as const;
const HOUR_SECONDS = 3_600;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Publishes other keys beside its own, whatever they are. */
export async function startIssuer(otherKeys: readonly object[] = []): Promise<Issuer> {
  const keys: SigningKey[] = [newKey('key-1')];
  let reads = 0;
  let broken = false;
  let silent = false;
  const server = createServer((_request, response) => {
    reads += 1;
    if (silent) return;
    if (broken) {
      response.writeHead(500).end();
      return;
    }
    const published = keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [...published, ...otherKeys] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const newest = (): SigningKey => keys.at(-1) as SigningKey;
  const forge = ({ header, claims, sign: signature = signWith(newest().privateKey) }: ForgedParts): string => {
    const parts = [
      { alg: 'RS256', typ: 'JWT', kid: newest().kid, ...header },
      { ...standardClaims(url), ...claims },
    ];
    const signingInput = parts.map((part) => toBase64Url(JSON.stringify(part))).join('.');
    const signed = signature(signingInput);
    if (signed !== '') outputSearch.searchFor('the signature of a token', signed);
    return `${signingInput}.${signed}`;
  };
  return {
    issuer: url,
    jwksUrl: `${url}/jwks`,
    reads: () => reads,
    forge,
    token: (claims, header) => forge({ claims, header }),
    rotate: () => keys.push(newKey(`key-${keys.length + 1}`)),
    breakDown: (now) => {
      broken = now;
    },
    fallSilent: () => {
      silent = true;
    },
    publicPem: () => newest().publicKey.export({ format: 'pem', type: 'spki' }) as string,
    close: () => closeServer(server),
  };
}

export function toBase64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

export const signWith = (key: KeyObject) => (signingInput: string) =>
  sign('sha256', Buffer.from(signingInput), key).toString('base64url');

export const hmacWith = (secret: string) => (signingInput: string) =>
  createHmac('sha256', secret).update(signingInput).digest('base64url');

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

export function newKey(kid: string): SigningKey {
  return { kid, ...takeSigningKey() };
}

function standardClaims(issuer: string): Record<string, unknown> {
  const now = nowSeconds();
  return {
    ...{ iss: issuer, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + HOUR_SECONDS },
    scope: 'payments:read payments:write',
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
