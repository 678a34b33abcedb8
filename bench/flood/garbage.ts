import { randomBytes, randomUUID } from 'node:crypto';

/** What a stranger can find out about the issuer. */
export interface Known {
  readonly issuer: string;
  readonly audience: string;
  /** The id of a published key. */
  readonly kid: string;
}

/** Requests without credentials, each as the bytes of one HTTP request. */
export const FLOODS = {
  'no token': () => post('/graphql', {}, PAYMENT),
  'last on its connection': () => post('/graphql', { connection: 'close' }, PAYMENT),
  'unknown key': (known: Known) => post('/graphql', bearer(known, randomUUID()), PAYMENT),
  'wrong signature': (known: Known) => post('/graphql', bearer(known, known.kid), PAYMENT),
  'forged webhook': () => post('/webhooks/clink', webhookHeaders(), WEBHOOK),
  'query by GET': () => get('/graphql?query=%7B__typename%7D'),
  'nowhere by GET': () => get(`/wp-login.php?${randomUUID()}`),
  'long path': () => get(`/${'a'.repeat(LONG_PATH_CHARACTERS)}`),
} as const;
export type FloodName = keyof typeof FLOODS;

/** The head of a webhook that promises more bytes than its sender sends. */
export function slowWebhookHead(): string {
  return toRequest('POST /webhooks/clink', { ...JSON_BODY, ...webhookHeaders(), 'content-length': '4000' });
}

/** A little less than a request's head may hold. */
const LONG_PATH_CHARACTERS = 15_000;
const JSON_BODY = { 'content-type': 'application/json' };
const PAYMENT = JSON.stringify({
  query: 'mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { __typename } }',
  variables: { input: { idempotencyKey: 'flood-0000000000000000', amount: '1.00', currency: 'USD' } },
});
const WEBHOOK = JSON.stringify({ id: 'event_1', type: 'order.succeeded', data: { object: { orderId: 'order_1' } } });
const SIGNATURE_BYTES = 256;
const HOUR_SECONDS = 3_600;

/** Right but for its signature, and never the same twice: the most expensive to refuse. */
function bearer({ issuer, audience }: Known, kid: string): Record<string, string> {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', kid };
  const claims = { iss: issuer, aud: audience, sub: randomUUID(), iat: now, exp: now + HOUR_SECONDS };
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = randomBytes(SIGNATURE_BYTES).toString('base64url');
  return { authorization: `Bearer ${parts.join('.')}.${signature}` };
}

function webhookHeaders(): Record<string, string> {
  return {
    'x-clink-timestamp': String(Date.now()),
    'x-clink-signtype': 'SHA256',
    'x-clink-signature': randomBytes(32).toString('hex'),
  };
}

function post(path: string, headers: Readonly<Record<string, string>>, body: string): string {
  return toRequest(`POST ${path}`, { ...JSON_BODY, ...headers, 'content-length': String(body.length) }) + body;
}

function get(target: string): string {
  return toRequest(`GET ${target}`, { accept: '*/*', 'apollo-require-preflight': '1' });
}

function toRequest(line: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: 'gateway', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
