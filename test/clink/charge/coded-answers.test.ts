import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { PAID, startFakeClink, type FakeClink } from '../support/fake-clink.js';
import { chargeRequest, createTestClient, OPEN_DEADLINE, type TestClient } from '../support/test-client.js';

interface CodedAnswer {
  readonly contentEncoding: string;
  readonly body: Buffer;
  readonly httpStatus: number;
}

const PAID_JSON = JSON.stringify(PAID);
const DECLINED_JSON = JSON.stringify({ code: 90101200, msg: 'declined' });
const coded = (contentEncoding: string, body: Buffer, httpStatus = 200): CodedAnswer => ({
  contentEncoding,
  body,
  httpStatus,
});
const paid = { kind: 'answered', answer: { state: 'paid', orderId: 'order_01' } };
const unknown = (reason: string) => ({ kind: 'unknown', reason, orderId: null });

describe('an answer in a coding that was not asked for', () => {
  let clink: FakeClink;
  let client: TestClient;
  let answer: CodedAnswer;

  beforeAll(async () => {
    clink = await startFakeClink((response) => {
      const { contentEncoding, body, httpStatus } = answer;
      response.writeHead(httpStatus, { 'content-encoding': contentEncoding }).end(body);
    });
    client = createTestClient({ baseUrl: clink.baseUrl });
  });
  afterAll(async () => {
    await client.close();
    await clink.close();
  });

  it.each<[string, CodedAnswer, Record<string, unknown>]>([
    ['gzip', coded('gzip', gzipSync(PAID_JSON)), paid],
    ['gzip by its old name', coded('X-GZIP', gzipSync(PAID_JSON)), paid],
    ['brotli', coded('br', brotliCompressSync(PAID_JSON)), paid],
    ['deflate', coded('deflate', deflateSync(PAID_JSON)), paid],
    ['deflate without the form of zlib', coded('deflate', deflateRawSync(PAID_JSON)), paid],
    ['one coding on another', coded('br, gzip', gzipSync(brotliCompressSync(PAID_JSON))), paid],
    ['the coding "identity"', coded('identity', Buffer.from(PAID_JSON)), paid],
    [
      'a refusal in gzip',
      coded('gzip', gzipSync(DECLINED_JSON)),
      { kind: 'refused', rejection: { providerCode: '90101200', providerMessage: 'declined' } },
    ],
    ['a coding nobody knows', coded('zstd', Buffer.from(PAID_JSON)), unknown('malformedAnswer')],
    ['gzip that is none', coded('gzip', Buffer.from(PAID_JSON)), unknown('malformedAnswer')],
    ['gzip that is cut', coded('gzip', gzipSync(PAID_JSON).subarray(0, -9)), unknown('malformedAnswer')],
    ['three codings', coded('gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(PAID_JSON)))), unknown('malformedAnswer')],
    ['a small answer that would be 300 kB', coded('gzip', gzipSync(' '.repeat(300_000))), unknown('bodyTooLarge')],
    [
      'a bomb in a bomb',
      coded('gzip, br', brotliCompressSync(gzipSync(Buffer.alloc(50_000_000)))),
      unknown('bodyTooLarge'),
    ],
    [
      'HTTP 401 in a coding nobody knows',
      coded('zstd', Buffer.from('?'), 401),
      { kind: 'turnedAway', reason: 'unauthorized' },
    ],
  ])('%s', async (_name, given, outcome) => {
    answer = given;

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject(outcome);
  });

  it('is read by lookups, too', async () => {
    answer = coded('gzip', gzipSync('{"code":200,"total":0,"rows":[]}'));

    expect(await client.findOrdersByReference('pay_01')).toEqual({ kind: 'found', orders: [], complete: true });
  });
});
