import { openRaw, requestText } from '../../http/raw-connection.js';
import { CREATE_PAYMENT, ownInput } from '../../support/graphql-client.js';
import { addedToLedger, expectLedgerUnchanged, ordersAt } from '../support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

let gateway: Gateway<'tokens'>;
let alice: string;
beforeAll(async () => {
  gateway = await startGateway({ with: ['tokens'], env: { RETURN_URL_ORIGINS: 'https://shop.example' } });
  alice = gateway.issuer.token();
});
afterAll(() => gateway.close());

const orders = () => ordersAt(gateway.sandboxUrl);

describe('an address that looks like the shop’s', () => {
  expectLedgerUnchanged(orders);

  it.each([
    ['a Cyrillic letter', 'https://sh\u043Ep.example/return', 'returnUrl.notAllowed'],
    ['a Greek letter', 'https://sh\u03BFp.example/return', 'returnUrl.notAllowed'],
    ['its Punycode', 'https://xn--shp-fdd.example/return', 'returnUrl.notAllowed'],
    ['a dotless i and other marks', 'https://shop.examp\u0142e/return', 'returnUrl.notAllowed'],
    ['a suffix', 'https://shop.example.evil.example/', 'returnUrl.notAllowed'],
    ['a prefix', 'https://evilshop.example/', 'returnUrl.notAllowed'],
    ['another port', 'https://shop.example:8443/', 'returnUrl.notAllowed'],
    ['another scheme', 'http://shop.example/', 'returnUrl.invalid'],
    ['credentials', 'https://shop.example:443@evil.example/', 'returnUrl.invalid'],
    ['a slash that is none', 'https://shop.example\u2044@evil.example/', 'returnUrl.invalid'],
    ['a tab that parsers drop', 'https://shop.example\t.evil.example/', 'returnUrl.invalid'],
    ['text that turns round behind the host', 'https://shop.example/\u202Eelpmaxe.live', 'returnUrl.invalid'],
    ['a line break that parsers drop', 'https://shop.example\r\n/return', 'returnUrl.invalid'],
  ])('by %s is refused, and nothing is charged', async (_title, returnUrl, rule) => {
    const result = await gateway.pay(alice, { returnUrl });
    expect(result).toMatchObject({ __typename: 'InvalidPaymentInput', issues: [{ path: ['returnUrl'], rule }] });
  });
});

describe('an address that is written oddly', () => {
  it.each([
    ['an invisible character, which is none in a host', 'https://shop\u200B.example/'],
    ['full-width letters, which are plain ones in a host', 'https://\uFF53hop.example/'],
  ])('leads to the shop all the same, and nothing is charged yet: %s', async (_title, returnUrl) => {
    const { answer, added } = await addedToLedger(orders, () =>
      gateway.pay(alice, { returnUrl, paymentInstrumentId: 'pi_card_3ds' }),
    );
    expect(added).toMatchObject([{ status: 'requires_action' }]);
    const page = await fetch(answer.payment.action.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('to shop.example<');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://shop.example;");
  });
});

const port = (): number => Number(new URL(gateway.url).port);

/** What was logged since, each line read as JSON: a line that somebody else wrote would not be one, or would be one too many. */
const loggedSince = (length: number): Record<string, unknown>[] =>
  gateway.logLines
    .join('')
    .slice(length)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A payment that is charged where its headers get through. */
const payment = (): string => JSON.stringify({ query: CREATE_PAYMENT, variables: { input: ownInput() } });

/** Sends it with header lines of its own, and gives back the whole of what is answered. */
async function payWith(headers: string): Promise<string> {
  const raw = await openRaw(port());
  const body = payment();
  const lines = ['Host: gateway', 'Content-Type: application/json', `Content-Length: ${body.length}`, headers];
  raw.send(`POST /graphql HTTP/1.1\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  return raw.ended();
}

describe('a line break', () => {
  expectLedgerUnchanged(orders);

  it.each([
    ['a request id', () => `x-request-id: a\rx-evil: 1\r\nauthorization: Bearer ${alice}`],
    ['a token', () => `authorization: Bearer ${alice}\rx-evil: 1`],
    ['a name of a header', () => `x-evil\r: 1\r\nauthorization: Bearer ${alice}`],
    ['a header that goes on in the next line', () => `x-request-id: a\r\n b\r\nauthorization: Bearer ${alice}`],
    ['a header with a zero byte', () => `x-request-id: a\0b\r\nauthorization: Bearer ${alice}`],
  ])('in %s makes the request none', async (_title, headers) => {
    const before = gateway.logLines.join('').length;
    const answer = await payWith(headers());
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('The request is not valid HTTP.');
    expect(answer).not.toMatch(/x-evil/i);
    expect(JSON.stringify(loggedSince(before))).not.toContain('x-evil');
  });

  it.each([
    ['the path', 'GET /a%0d%0a%7B%22level%22:%22fatal%22%7D', '404 Not Found'],
    ['the query string', 'GET /graphql?query=%0d%0aset-cookie:%20a=b', '401 Unauthorized'],
    ['the path of the demo', 'GET /demo/%0d%0aset-cookie:a=b', '404 Not Found'],
  ])('in %s stays in one line of the log and out of the headers', async (_title, line, status) => {
    const before = gateway.logLines.join('').length;
    const raw = await openRaw(port());
    raw.send(requestText(line, { Connection: 'close' }));
    const answer = await raw.ended();
    expect(answer.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
    expect(answer).not.toMatch(/^set-cookie/im);
    expect(loggedSince(before).filter(({ level }) => level === 'fatal')).toEqual([]);
    expect(loggedSince(before).filter(({ msg }) => msg === 'request')).toHaveLength(1);
  });

  it.each([
    ['the idempotency key', { idempotencyKey: 'key-of-sixteen-\r\nset-cookie: a=b' }, 'idempotencyKey.invalid'],
    ['the currency', { currency: 'USD\r\n' }, 'currency.unknown'],
    ['the amount', { amount: '19.99\r\n' }, 'amount.invalid'],
    ['the merchant’s reference', { merchantReferenceId: 'a\r\n{"level":"fatal"}' }, 'text.invalid'],
    ['the merchant’s reference, of old terminals', { merchantReferenceId: 'a\u0085{"level":"fatal"}' }, 'text.invalid'],
    ['a metadata key', { metadata: [{ key: 'a\r\n{"level":"fatal"}', value: 'b' }] }, 'text.invalid'],
    [
      'a metadata value, of old terminals',
      { metadata: [{ key: 'n', value: 'a\u0085{"level":"fatal"}' }] },
      'text.invalid',
    ],
    ['the promotion code', { promotionCode: 'a\r\n{"level":"fatal"}' }, 'text.invalid'],
    [
      'the name of a line, of old terminals',
      { priceDataList: [{ name: 'a\u0085{"level":"fatal"}', unitAmount: '19.99', quantity: 1 }] },
      'priceDataList.invalid',
    ],
  ])('in %s is refused, and the log has no line of it', async (_title, changes, rule) => {
    const before = gateway.logLines.join('').length;
    const result = await gateway.pay(alice, changes);
    expect(result).toMatchObject({ __typename: 'InvalidPaymentInput', issues: [{ rule }] });
    expect(loggedSince(before).filter(({ level }) => level === 'fatal')).toEqual([]);
  });
});

describe('letters that look alike', () => {
  expectLedgerUnchanged(orders);

  it.each([
    ['the currency', { currency: 'U\u0405D' }, 'currency.unknown'],
    ['the amount', { amount: '\uFF11\uFF19.99' }, 'amount.invalid'],
    ['the amount’s point', { amount: '19\u066B99' }, 'amount.invalid'],
    ['the idempotency key', { idempotencyKey: 'key-of-\u0430lice-0001' }, 'idempotencyKey.invalid'],
  ])('in %s are refused, and nothing is charged', async (_title, changes, rule) => {
    const result = await gateway.pay(alice, changes);
    expect(result).toMatchObject({ __typename: 'InvalidPaymentInput', issues: [{ rule }] });
  });

  it('in the origin of a page do not let it read an answer', async () => {
    const raw = await openRaw(port());
    const origin = 'https://studio.apollographql.c\u043Em';
    raw.send(
      requestText(
        'POST /graphql',
        { Origin: origin, 'Content-Type': 'application/json', Connection: 'close' },
        payment(),
      ),
    );
    const answer = await raw.ended();
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 401 Unauthorized');
    expect(answer).not.toMatch(/^access-control-/im);
  });

  it('in a request id are not taken over, neither by the answer nor by the log', async () => {
    const before = gateway.logLines.join('').length;
    const raw = await openRaw(port());
    raw.send(requestText('GET /graphql', { 'x-request-id': 'r\u0435q_1', Connection: 'close' }));
    const answer = await raw.ended();
    const requestId = /^x-request-id: (\S+)/im.exec(answer)?.[1];
    expect(requestId).toMatch(/^req_[0-9a-f]{32}$/);
    expect(loggedSince(before).filter(({ msg }) => msg === 'request')).toMatchObject([{ requestId }]);
  });
});

it('headers without a line break in them have the payment charged, once', async () => {
  const { answer, added } = await addedToLedger(orders, () => payWith(`authorization: Bearer ${alice}`));
  expect(answer).toContain('"__typename":"CreatePaymentSuccess"');
  expect(added).toMatchObject([{ status: 'success' }]);
});

it('a line separator of Unicode is a part of the text, is paid with once, and makes no line of the log', async () => {
  const before = gateway.logLines.join('').length;
  const text = '\u2028{"level":"fatal"}\u2029';
  const metadata = [{ key: 'note', value: text }];
  const { answer, added } = await addedToLedger(orders, () =>
    gateway.pay(alice, { metadata, merchantReferenceId: text }),
  );
  expect(answer).toMatchObject({ payment: { metadata, merchantReferenceId: text } });
  expect(added).toMatchObject([{ status: 'success', merchantReferenceId: text }]);
  expect(loggedSince(before).filter(({ level }) => level === 'fatal')).toEqual([]);
});

it('line breaks in a metadata value and in the name of a line are paid with once, and make no line of the log', async () => {
  const before = gateway.logLines.join('').length;
  const text = 'a\r\n{"level":"fatal"}';
  const metadata = [{ key: 'note', value: text }];
  const priceDataList = [{ name: text, unitAmount: '19.99', quantity: 1 }];
  const { answer, added } = await addedToLedger(orders, () => gateway.pay(alice, { metadata, priceDataList }));
  expect(answer).toMatchObject({ payment: { metadata } });
  expect(added).toMatchObject([{ status: 'success' }]);
  expect(loggedSince(before).filter(({ level }) => level === 'fatal')).toEqual([]);
});
