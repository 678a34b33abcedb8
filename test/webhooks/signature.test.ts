import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { signWebhook, verifySignature, type SignedMessage } from '../../src/webhooks/signature.js';
import { signedWebhook, TEST_WEBHOOK_SECRET } from '../support/signed-webhook.js';

const TIMESTAMP = '1700000000000';

describe('signWebhook', () => {
  it('signs as the published example does', () => {
    const rawBody = Buffer.from('{"id":"evt_test"}');

    const signature = signWebhook({ secret: 'test_webhook_signing_key', timestamp: TIMESTAMP, rawBody });

    expect(signature).toBe('e07064a60193e751786c3f5a37fe7a5dc816bba53a2cb7781d0246b035dddfda');
  });
});

describe('verifySignature', () => {
  const { headers, rawBody } = signedWebhook({ id: 'event_01' }, { timestamp: TIMESTAMP });
  const verify = (changes: Record<string, string | string[] | undefined>, secrets = [TEST_WEBHOOK_SECRET]) =>
    verifySignature({ ...headers, ...changes }, rawBody, secrets);
  const signature = headers['x-clink-signature'] ?? '';

  it('accepts the published example', () => {
    const example = {
      'x-clink-timestamp': TIMESTAMP,
      'x-clink-signature': 'e07064a60193e751786c3f5a37fe7a5dc816bba53a2cb7781d0246b035dddfda',
      'x-clink-signtype': 'SHA256',
    };
    const result = verifySignature(example, Buffer.from('{"id":"evt_test"}'), ['test_webhook_signing_key']);

    expect(result).toEqual({ kind: 'verified', timestampMs: 1_700_000_000_000 });
  });

  it('accepts any of several secrets, wherever it stands in the list', () => {
    const verdicts = [
      [TEST_WEBHOOK_SECRET, 'whsec_b', 'whsec_c'],
      ['whsec_a', TEST_WEBHOOK_SECRET, 'whsec_c'],
      ['whsec_a', 'whsec_b', TEST_WEBHOOK_SECRET],
    ].map((secrets) => verify({}, secrets).kind);

    expect(verdicts).toEqual(['verified', 'verified', 'verified']);
  });

  it('reads a timestamp below 1e12 as seconds and signs over its digits as they came', () => {
    const seconds = signedWebhook('{}', { timestamp: '1700000000' });

    const result = verifySignature(seconds.headers, seconds.rawBody, [TEST_WEBHOOK_SECRET]);

    expect(result).toEqual({ kind: 'verified', timestampMs: 1_700_000_000_000 });
  });

  it('takes the sign type in any case', () => {
    expect(verify({ 'x-clink-signtype': 'sha256' }).kind).toBe('verified');
  });

  it.each([
    ['no timestamp', { 'x-clink-timestamp': undefined }, 'timestampMissing'],
    ['a blank timestamp', { 'x-clink-timestamp': ' ' }, 'timestampMissing'],
    ['no signature', { 'x-clink-signature': undefined }, 'signatureMissing'],
    ['no sign type', { 'x-clink-signtype': undefined }, 'signTypeMissing'],
    ['another sign type', { 'x-clink-signtype': 'SHA1' }, 'signTypeUnsupported'],
    ['a timestamp with a sign', { 'x-clink-timestamp': '-1700000000000' }, 'timestampMalformed'],
    ['a timestamp with an exponent', { 'x-clink-timestamp': '1.7e12' }, 'timestampMalformed'],
    ['a timestamp in hexadecimal', { 'x-clink-timestamp': '0x18bcfe56800' }, 'timestampMalformed'],
    ['a timestamp of digits that are not ASCII', { 'x-clink-timestamp': '١٧٠٠٠٠٠٠٠٠' }, 'timestampMalformed'],
    ['a timestamp of 16 digits', { 'x-clink-timestamp': '1700000000000000' }, 'timestampMalformed'],
    ['a timestamp sent twice', { 'x-clink-timestamp': [TIMESTAMP, TIMESTAMP] }, 'timestampMalformed'],
    ['a signature in upper case', { 'x-clink-signature': signature.toUpperCase() }, 'signatureWrong'],
    ['a signature cut by one digit', { 'x-clink-signature': signature.slice(0, -1) }, 'signatureWrong'],
    ['a signature with something behind it', { 'x-clink-signature': `${signature}00` }, 'signatureWrong'],
    ['a signature sent twice', { 'x-clink-signature': `${signature}, ${signature}` }, 'signatureWrong'],
    ['a signature of zeros', { 'x-clink-signature': '0'.repeat(64) }, 'signatureWrong'],
  ])('refuses %s', (_, changes, reason) => {
    expect(verify(changes)).toEqual({ kind: 'refused', reason });
  });

  it('refuses everything while no secret is set', () => {
    expect(verify({}, [])).toEqual({ kind: 'refused', reason: 'noSecret' });
  });

  it('never takes a blank secret for one, since anybody can sign with it', () => {
    const forged = signedWebhook('{}', { timestamp: TIMESTAMP, secret: '' });

    const result = verifySignature(forged.headers, forged.rawBody, ['', ' ']);

    expect(result).toEqual({ kind: 'refused', reason: 'noSecret' });
  });

  it('refuses bytes that moved from the body into the timestamp', () => {
    const moved = signedWebhook('5.{}', { timestamp: '170000000' });
    const result = verifySignature({ ...moved.headers, 'x-clink-timestamp': '170000000.5' }, Buffer.from('{}'), [
      TEST_WEBHOOK_SECRET,
    ]);

    expect(result).toEqual({ kind: 'refused', reason: 'timestampMalformed' });
  });

  it('accepts no wrong signature and refuses no right one in 10,000 changes of body, header, secret and time', () => {
    const seen = { right: 0, wrong: 0 };
    fc.assert(
      fc.property(message, mutation, (original, mutate) => {
        const delivered = mutate({ ...original, signature: referenceSignature(original) });
        const isRight = delivered.signature === referenceSignature(delivered) && /^\d{1,15}$/.test(delivered.timestamp);
        seen[isRight ? 'right' : 'wrong'] += 1;

        const result = verifySignature(toHeaders(delivered), delivered.rawBody, ['whsec_other', delivered.secret]);

        expect(result.kind).toBe(isRight ? 'verified' : 'refused');
      }),
      { numRuns: 10_000 },
    );
    // Both kinds were really met.
    expect(seen.right).toBeGreaterThan(500);
    expect(seen.wrong).toBeGreaterThan(5_000);
  });
});

interface Delivered extends SignedMessage {
  readonly signature: string;
}

/** Written apart from the code under test: one buffer, one digest. */
function referenceSignature({ secret, timestamp, rawBody }: SignedMessage): string {
  return createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(timestamp), Buffer.from('.'), rawBody]))
    .digest('hex');
}

function toHeaders({ timestamp, signature }: Delivered) {
  return { 'x-clink-timestamp': timestamp, 'x-clink-signature': signature, 'x-clink-signtype': 'SHA256' };
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const jsonBytes = fc.json().map((text) => Buffer.from(text));
const digits = fc.bigInt({ min: 0n, max: 999_999_999_999_999n }).map(String);
const secret = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 1, maxLength: 90 });
const message = fc.record({ secret, timestamp: digits, rawBody: fc.oneof(bytes, jsonBytes) });

/** One change of one part; some leave it as it is, so that right signatures are met as well. */
const mutation: fc.Arbitrary<(delivered: Delivered) => Delivered> = fc.oneof(
  fc.constant((delivered: Delivered) => delivered),
  fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }).map(({ at, mask }) => (delivered: Delivered) => ({
    ...delivered,
    rawBody: flip(delivered.rawBody, at, mask),
  })),
  bytes.map((rawBody) => (delivered: Delivered) => ({ ...delivered, rawBody })),
  bytes.map((tail) => (delivered: Delivered) => ({ ...delivered, rawBody: Buffer.concat([delivered.rawBody, tail]) })),
  fc
    .record({ at: fc.nat(63), digit: fc.constantFrom(...'0123456789abcdefABCDEF') })
    .map(({ at, digit }) => (delivered: Delivered) => ({
      ...delivered,
      signature: delivered.signature.slice(0, at) + digit + delivered.signature.slice(at + 1),
    })),
  fc
    .nat(63)
    .map((length) => (delivered: Delivered) => ({ ...delivered, signature: delivered.signature.slice(0, length) })),
  fc
    .string({ minLength: 1 })
    .map((tail) => (delivered: Delivered) => ({ ...delivered, signature: delivered.signature + tail })),
  secret.map((other) => (delivered: Delivered) => ({ ...delivered, secret: other })),
  digits.map((timestamp) => (delivered: Delivered) => ({ ...delivered, timestamp })),
  fc.constant((delivered: Delivered) => ({ ...delivered, timestamp: `0${delivered.timestamp}` })),
  fc.constant((delivered: Delivered) => ({ ...delivered, timestamp: `${delivered.timestamp}.` })),
);

function flip(rawBody: Uint8Array, at: number, mask: number): Buffer {
  const flipped = Buffer.from(rawBody);
  if (flipped.length === 0) return Buffer.from([mask]);
  const index = at % flipped.length;
  flipped[index] = (flipped[index] ?? 0) ^ mask;
  return flipped;
}
