import { post, startHttpServer, type RunningServer } from './http-server.fixture.js';

const STUDIO = 'https://studio.apollographql.com';
let server: RunningServer;
let production: RunningServer;
beforeAll(async () => {
  server = await startHttpServer();
  production = await startHttpServer({ pages: null });
});
afterAll(() => Promise.all([server.close(), production.close()]));

function preflight(url: string, headers: Record<string, string>) {
  return fetch(`${url}/graphql`, { method: 'OPTIONS', headers });
}

describe('a preflight', () => {
  it("lets Apollo Studio's pages send what they ask for", async () => {
    const { status, headers } = await preflight(server.url, {
      origin: STUDIO,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-my-own',
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(STUDIO);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
    expect(headers.get('access-control-allow-headers')).toBe('content-type,x-my-own');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('access-control-allow-private-network')).toBeNull();
    expect(headers.get('vary')).toBe('Origin, Access-Control-Request-Headers, Access-Control-Request-Private-Network');
  });

  it('names the usual headers to a browser that names none, or no proper ones', async () => {
    const asked: Record<string, string>[] = [{}, { 'access-control-request-headers': 'a b; c' }];
    for (const headers of asked) {
      const answer = await preflight(server.url, { origin: STUDIO, ...headers });
      const allowed = answer.headers.get('access-control-allow-headers')?.split(', ');
      expect(allowed).toEqual(
        expect.arrayContaining([
          'content-type',
          'authorization',
          'apollo-require-preflight',
          'x-apollo-operation-name',
          'apollo-query-plan-experimental',
          'x-request-id',
        ]),
      );
    }
  });

  it('lets a public page reach a private network when it asks', async () => {
    const { headers } = await preflight(server.url, {
      origin: STUDIO,
      'access-control-request-private-network': 'true',
    });
    expect(headers.get('access-control-allow-private-network')).toBe('true');
  });

  it.each([
    'https://evil.example',
    'null',
    'https://studio.apollographql.com.evil.example',
    'http://studio.apollographql.com',
  ])('gives %s nothing', async (origin) => {
    const { status, headers } = await preflight(server.url, {
      origin,
      'access-control-request-private-network': 'true',
    });
    expect(status).toBe(204);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('an answer', () => {
  it('may be read by the sites on the list', async () => {
    const { headers } = await post(server.url, { query: '{ hello }' }, { origin: 'https://shop.example' });
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(headers.get('access-control-expose-headers')).toBe('x-request-id, retry-after');
    expect(headers.get('vary')).toBe('Origin');
  });

  it('may be read by them also when it is a refusal', async () => {
    const { status, headers } = await post(server.url, '{', { origin: STUDIO });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([400, STUDIO]);
  });

  it('says nothing to other sites, and varies all the same', async () => {
    const { headers } = await post(server.url, { query: '{ hello }' }, { origin: 'https://evil.example' });
    expect([headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([null, 'Origin']);
  });
});

it('lets Apollo Studio in outside production only', async () => {
  const studio = await post(production.url, { query: '{ hello }' }, { origin: STUDIO });
  const shop = await post(production.url, { query: '{ hello }' }, { origin: 'https://shop.example' });
  expect(studio.headers.get('access-control-allow-origin')).toBeNull();
  expect(shop.headers.get('access-control-allow-origin')).toBe('https://shop.example');
});
