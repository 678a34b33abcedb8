import { openRaw, requestText } from '../../http/raw-connection.js';
import { CREATE_PAYMENT, paymentInput } from '../../support/graphql-client.js';
import { startSecuredGateway, type SecuredGateway } from '../support/secured-gateway.js';

let gateway: SecuredGateway;
let alice: string;
beforeAll(async () => {
  gateway = await startSecuredGateway({ RETURN_URL_ORIGINS: 'https://shop.example' });
  alice = gateway.issuer.token();
});
afterAll(() => gateway.close());

describe('an address that looks like the shop’s', () => {
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
    ['a line break that parsers drop', 'https://shop.example\r\n/return', 'returnUrl.invalid'],
  ])('by %s is refused, and nothing is charged', async (_title, returnUrl, rule) => {
    const before = await gateway.charges();
    const result = await gateway.pay(alice, { returnUrl });
    expect(result).toMatchObject({ __typename: 'InvalidPaymentInput', issues: [{ path: ['returnUrl'], rule }] });
    expect(await gateway.charges()).toBe(before);
  });
});

describe('an address that is written oddly', () => {
  it.each([
    ['text that turns round behind the host', 'https://shop.example/\u202Eelpmaxe.live'],
    ['an invisible character, which is none in a host', 'https://shop\u200B.example/'],
    ['full-width letters, which are plain ones in a host', 'https://\uFF53hop.example/'],
  ])('leads to the shop all the same: %s', async (_title, returnUrl) => {
    const result = await gateway.pay(alice, { returnUrl, paymentInstrumentId: 'pi_card_3ds' });
    const page = await fetch(result.payment.action.url);
    expect(await page.text()).toContain('to shop.example<');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://shop.example;");
  });
});

describe('a line break', () => {
  const port = (): number => Number(new URL(gateway.url).port);

  /** What was logged since, each line read as JSON: a line that somebody else wrote would not be one, or would be one too many. */
  const loggedSince = (length: number): Record<string, unknown>[] =>
    gateway
      .logged()
      .slice(length)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it.each([
    ['a request id', 'x-request-id: a\rx-evil: 1'],
    ['a token', 'authorization: Bearer a\rx-evil: 1'],
    ['a name of a header', 'x-evil\r: 1'],
    ['a header that goes on in the next line', 'x-request-id: a\r\n b'],
    ['a header with a zero byte', 'x-request-id: a\0b'],
  ])('in %s makes the request none', async (_title, header) => {
    const [charges, before] = [await gateway.charges(), gateway.logged().length];
    const raw = await openRaw(port());
    raw.send(`POST /graphql HTTP/1.1\r\nHost: gateway\r\n${header}\r\nContent-Length: 0\r\n\r\n`);
    await raw.saw('\r\n\r\n');
    raw.destroy();
    expect(raw.received()).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(raw.received()).not.toMatch(/x-evil/i);
    expect(JSON.stringify(loggedSince(before))).not.toContain('x-evil');
    expect(await gateway.charges()).toBe(charges);
  });

  it.each([
    ['the path', 'GET /a%0d%0a%7B%22level%22:%22fatal%22%7D'],
    ['the query string', 'GET /graphql?query=%0d%0aset-cookie:%20a=b'],
    ['the path of the demo', 'GET /demo/%0d%0aset-cookie:a=b'],
  ])('in %s stays in one line of the log and out of the headers', async (_title, line) => {
    const before = gateway.logged().length;
    const raw = await openRaw(port());
    raw.send(requestText(line, { Connection: 'close' }));
    const answer = await raw.ended();
    expect(answer).toMatch(/^HTTP\/1\.1 40[0-9] /);
    expect(answer).not.toMatch(/^set-cookie/im);
    expect(loggedSince(before).filter(({ level }) => level === 'fatal')).toEqual([]);
    expect(loggedSince(before).filter(({ msg }) => msg === 'request')).toHaveLength(1);
  });

  it.each([
    ['the idempotency key', { idempotencyKey: 'key-of-sixteen-\r\nset-cookie: a=b' }, 'idempotencyKey.invalid'],
    ['the currency', { currency: 'USD\r\n' }, 'currency.unknown'],
    ['the amount', { amount: '19.99\r\n' }, 'amount.invalid'],
  ])('in %s is refused, and nothing is charged', async (_title, changes, rule) => {
    const before = await gateway.charges();
    expect(await gateway.pay(alice, changes)).toMatchObject({ issues: [{ rule }] });
    expect(await gateway.charges()).toBe(before);
  });

  it.each([
    ['the merchant’s reference', { merchantReferenceId: 'a\r\n{"level":"fatal"}' }],
    ['a metadata value', { metadata: [{ key: 'note', value: 'a\r\n{"level":"fatal"}' }] }],
    ['the name of a line', { priceDataList: [{ name: 'a\r\n{"level":"fatal"}', unitAmount: '19.99', quantity: 1 }] }],
  ])('in %s is a part of the text, and the log has no line of it', async (_title, changes) => {
    const [charges, before] = [await gateway.charges(), gateway.logged().length];
    const input = paymentInput({ referenceCustomerId: undefined, ...changes });
    const { body } = await gateway.ask(CREATE_PAYMENT, { token: alice, variables: { input } });
    expect(['CreatePaymentSuccess', 'InvalidPaymentInput']).toContain(body.data.createPayment.__typename);
    expect(loggedSince(before).filter(({ level }) => level === 'fatal')).toEqual([]);
    expect(await gateway.charges()).toBe(
      charges + (body.data.createPayment.__typename === 'CreatePaymentSuccess' ? 1 : 0),
    );
  });
});
