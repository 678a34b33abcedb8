import { usePostgres } from '../store/support/test-stores.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

const SDL = '{ _service { sdl } }';
const ROUTER_SECRET = 'the-secret-of-the-router-and-the-gateway';

const postgres = usePostgres();

/** No payment is made here. */
const IN_PRODUCTION = {
  ...{ NODE_ENV: 'production', CLINK_BASE_URL: 'https://127.0.0.1:1/api/' },
  ...{ CLINK_API_KEY: 'sk_test_of_no_provider', CLINK_WEBHOOK_SECRETS: 'whsec_of_no_provider' },
};

describe('the schema that _service tells in production', () => {
  let gateway: Gateway<'tokens'>;
  beforeAll(async () => {
    const databaseUrl = await postgres().createDatabase();
    gateway = await startGateway({ with: ['tokens'], databaseUrl, env: IN_PRODUCTION });
  });
  afterAll(() => gateway.close());

  it.each([
    ['its field', SDL],
    ['an alias', '{ a: __typename s: _service { sdl } }'],
    ['a fragment', '{ ...f } fragment f on Query { ... on Query { _service { sdl } } }'],
  ])('is refused to a token without scopes, by %s', async (_how, query) => {
    const { status, body, text } = await gateway.ask(query, { token: gateway.issuer.token({ scope: '' }) });
    expect([status, body.errors?.[0]]).toMatchObject([
      403,
      {
        message: 'The access token lacks the scope payments:read. Nothing was executed.',
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(text).not.toContain('type Payment');
  });

  it('is told to a token that may read payments, which is what a router needs to compose', async () => {
    const { body } = await gateway.ask(SDL, { token: gateway.issuer.token({ scope: 'payments:read' }) });
    expect(body.data._service.sdl).toContain('type Payment');
  });

  it('is not told by introspection to anybody', async () => {
    const { body } = await gateway.ask('{ __schema { types { name } } }', { token: gateway.issuer.token() });
    expect(body.errors).toHaveLength(1);
    expect(body.data).toBeUndefined();
  });
});

describe('the schema that _service tells behind a router', () => {
  let gateway: Gateway<'tokens'>;
  beforeAll(async () => {
    const databaseUrl = await postgres().createDatabase();
    gateway = await startGateway({ with: ['tokens'], databaseUrl, env: { ...IN_PRODUCTION, ROUTER_SECRET } });
  });
  afterAll(() => gateway.close());

  it('is told to the router whatever its token may do, and to no one who does not prove to be it', async () => {
    const token = gateway.issuer.token({ scope: '' });
    const proved = await gateway.ask(SDL, { token, headers: { 'x-router-secret': ROUTER_SECRET } });
    const other = await gateway.ask(SDL, { token: gateway.issuer.token() });
    expect(proved.body.data._service.sdl).toContain('type Payment');
    expect([other.status, other.body.errors?.[0]?.extensions.code]).toEqual([403, 'ROUTER_REQUIRED']);
  });
});

describe('the schema that _service tells in development', () => {
  it('is told to whoever is known, as introspection is', async () => {
    const gateway = await startGateway({ with: ['tokens'] });
    const { body } = await gateway.ask(SDL, { token: gateway.issuer.token({ scope: '' }) });
    expect(body.data._service.sdl).toContain('type Payment');
    await gateway.close();
  });
});
