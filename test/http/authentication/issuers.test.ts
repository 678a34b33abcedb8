import { CREATE_PAYMENT, ownInput } from '../../support/graphql-client.js';
import { addedToLedger, ordersAt } from '../../security/support/ledger.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';

type Claims = Readonly<Record<string, unknown>>;
const WRITE_SCOPES = 'payments:read payments:write';

let gateway: Gateway<'tokens'>;

/** One for all cases of a describe. */
function useGateway(env: Readonly<Record<string, string>> = {}): void {
  beforeAll(async () => {
    gateway = await startGateway({ with: ['tokens'], env });
  });
  afterAll(() => gateway.close());
}

const orders = () => ordersAt(gateway.sandboxUrl);
const pay = (claims: Claims) =>
  gateway.ask(CREATE_PAYMENT, { token: gateway.issuer.token(claims), variables: { input: ownInput() } });

async function expectPaid(claims: Claims): Promise<void> {
  const { answer, added } = await addedToLedger(orders, () => pay(claims));
  expect(answer.body.data.createPayment.__typename).toBe('CreatePaymentSuccess');
  expect(added).toMatchObject([{ status: 'success' }]);
}

async function expectRefused(claims: Claims, status: number, sentence: string): Promise<void> {
  const { answer, added } = await addedToLedger(orders, () => pay(claims));
  expect(answer.status).toBe(status);
  expect(answer.body.errors?.[0]?.message).toBe(`${sentence} Nothing was executed.`);
  expect(added).toEqual([]);
}

const NOT_ACCEPTED =
  'The access token is not accepted: its signature, issuer, audience, client or times are not what they must be.';
const ID_TOKEN = 'The token is no access token: send the access token in place of the ID token.';
const NO_WRITE = 'The access token lacks the scope payments:write.';

describe('an issuer whose access tokens have no audience, such as Cognito', () => {
  const PREFIX = 'https://payments.shop.example/';
  const scope = WRITE_SCOPES.split(' ').map((name) => `${PREFIX}${name}`);
  const access = { aud: undefined, client_id: 'shop-app', token_use: 'access', scope: scope.join(' ') };
  useGateway({ AUTH_AUDIENCE: '', AUTH_CLIENT_IDS: 'shop-web, shop-app', AUTH_SCOPE_PREFIX: PREFIX });

  it('has the access tokens of listed clients taken, by their scopes with the prefix', () => expectPaid(access));

  it('has a service of a listed client pay for any customer', async () => {
    const token = gateway.issuer.token({ ...access, scope: `${access.scope} ${PREFIX}payments:any-customer` });
    const result = await gateway.pay(token, { referenceCustomerId: 'bob' });
    expect(result.__typename).toBe('CreatePaymentSuccess');
  });

  it.each<[string, Claims, string]>([
    ['a client that is not listed', { client_id: 'newsletter' }, NOT_ACCEPTED],
    ['a client whose id only begins alike', { client_id: 'shop-app-2' }, NOT_ACCEPTED],
    ['clients in a list', { client_id: ['shop-app'] }, NOT_ACCEPTED],
    ['a client that is named as the party only', { client_id: undefined, azp: 'shop-app' }, NOT_ACCEPTED],
    ['no client', { client_id: undefined }, NOT_ACCEPTED],
    ['an audience, as tokens for other services have', { aud: 'https://other.example' }, NOT_ACCEPTED],
    ['the client as its audience, as ID tokens have', { aud: 'shop-app' }, NOT_ACCEPTED],
    ['the use of an ID token', { token_use: 'id' }, ID_TOKEN],
    ['a hash of the access token, as ID tokens have', { token_use: undefined, at_hash: 'bm90IGFjY2Vzcw' }, ID_TOKEN],
    ['the type of an ID token', { token_use: undefined, typ: 'ID' }, ID_TOKEN],
  ])('has a token with %s refused, and nothing charged', (_title, claims, sentence) =>
    expectRefused({ ...access, ...claims }, 401, sentence),
  );

  it.each([
    ['without the prefix', WRITE_SCOPES],
    ['with the prefix of another service', scope.map((name) => name.replace('payments.', 'parcels.')).join(' ')],
    ['with the prefix alone', PREFIX],
  ])('has scopes %s grant nothing', (_title, granted) => expectRefused({ ...access, scope: granted }, 403, NO_WRITE));
});

describe('an issuer that grants in another claim, such as permissions of Auth0', () => {
  useGateway({ AUTH_SCOPE_CLAIM: 'permissions' });

  it('has these taken, and what a client asked for in scope passed over', async () => {
    await expectPaid({ scope: 'openid', permissions: ['payments:read', 'payments:write'] });
    await expectRefused({ scope: WRITE_SCOPES, permissions: ['payments:read'] }, 403, NO_WRITE);
    await expectRefused({ scope: WRITE_SCOPES }, 403, NO_WRITE);
  });
});

describe('an issuer that grants in two claims, such as scp and roles of Entra', () => {
  useGateway({ AUTH_SCOPE_CLAIM: 'scp, roles' });

  it('has both taken', async () => {
    await expectPaid({ scope: undefined, scp: WRITE_SCOPES });
    await expectPaid({ scope: undefined, scp: 'payments:read', roles: ['payments:write'] });
  });
});

describe('a gateway without settings of its issuer’s kind', () => {
  useGateway();

  it('finds no scopes in claims that are not named', () =>
    expectRefused({ scope: undefined, permissions: [WRITE_SCOPES], roles: ['payments:write'] }, 403, NO_WRITE));

  it.each<[string, Claims]>([
    ['use', { token_use: 'id' }],
    ['type', { typ: 'ID' }],
    ['hash of the access token', { at_hash: 'bm90IGFjY2Vzcw' }],
  ])('knows an ID token by its %s, though its audience and scopes are right', (_title, claims) =>
    expectRefused(claims, 401, ID_TOKEN),
  );

  it('refuses a customer whose id is a number by a sentence, to the caller and in the log', async () => {
    const sentence = 'The access token says by a number whom it was given to, where a text is needed.';
    await expectRefused({ sub: 12_345 }, 401, sentence);
    expect(gateway.logLines.join('')).toContain('"reason":"The claim of AUTH_CUSTOMER_CLAIM holds a number,');
  });
});
