import { post, startHttpServer, type RunningServer } from './http-server.fixture.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

const HELLO = { query: '{ hello }' };

async function refusal(response: Response) {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: Record<string, unknown> }[] };
  return { status: response.status, message: errors[0]?.message, code: errors[0]?.extensions.code };
}

describe('POST /graphql', () => {
  it('answers an operation', async () => {
    const response = await post(server.url, HELLO);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });

  it('takes a charset of UTF-8 in any spelling', async () => {
    const statuses = ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'].map(
      async (type) => (await post(server.url, HELLO, { 'content-type': type })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/graphql',
    '',
  ])('refuses a body of type "%s"', async (type) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(HELLO),
    });
    expect(await refusal(response)).toEqual({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Send the operation as JSON in UTF-8, with the header Content-Type: application/json.',
    });
  });

  it('refuses a compressed body', async () => {
    expect(await refusal(await post(server.url, HELLO, { 'content-encoding': 'gzip' }))).toEqual({
      status: 415,
      code: 'UNSUPPORTED_CONTENT_ENCODING',
      message: 'Compressed bodies are not taken. Send the body as it is, without a Content-Encoding header.',
    });
  });

  it.each(['', '{', '{"query": "{ canary_4711 }"', 'null null'])(
    'refuses malformed JSON (%j) without repeating it',
    async (body) => {
      expect(await refusal(await post(server.url, body))).toEqual({
        status: 400,
        code: 'BAD_REQUEST',
        message: 'The body is not valid JSON. Nothing was executed.',
      });
    },
  );

  it('refuses bytes that are not UTF-8 instead of replacing them', async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ hello }","x":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await refusal(response)).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
      message: 'The body is not valid UTF-8. Nothing was executed.',
    });
  });

  it.each([
    '[]',
    '[{"query":"{ hello }"}]',
    '"text"',
    'null',
    '{}',
    '{"query":7}',
    '{"query":"{ hello }","variables":"{}"}',
  ])('answers 400 to JSON that is no operation: %s', async (body) => {
    expect((await post(server.url, body)).status).toBe(400);
  });

  it('executes nothing when the client takes no form of the result', async () => {
    const before = server.charges();
    const response = await post(
      server.url,
      { query: 'mutation { charge }' },
      { accept: 'text/csv, application/json;q=0' },
    );
    expect(await refusal(response)).toEqual({
      status: 406,
      code: 'NOT_ACCEPTABLE',
      message:
        'Results come as application/json or application/graphql-response+json, and the Accept header takes ' +
        'neither. Nothing was executed.',
    });
    expect(server.charges()).toBe(before);
  });

  it('sends application/graphql-response+json to those who prefer it', async () => {
    const accept = 'application/graphql-response+json, application/json;q=0.9';
    const response = await post(server.url, HELLO, { accept });
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });
});

describe('GET /graphql', () => {
  it('answers queries that a cross-site form could not have sent', async () => {
    const response = await fetch(`${server.url}/graphql?query=%7Bhello%7D`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(await response.json()).toEqual({ data: { hello: 'world' } });
  });

  it('refuses those that it could have sent', async () => {
    const response = await fetch(`${server.url}/graphql?query=%7Bhello%7D`);
    const { status, message } = await refusal(response);
    expect(status).toBe(400);
    expect(message).toContain('Cross-Site Request Forgery');
  });

  it('executes no mutation', async () => {
    const before = server.charges();
    const response = await fetch(`${server.url}/graphql?query=mutation%7Bcharge%7D`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(server.charges()).toBe(before);
  });

  it('gives browsers the landing page, outside production only', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
    const page = await fetch(`${server.url}/graphql`, { headers });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(
      "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'",
    );
    expect(await page.text()).toContain('<title>Apollo Server</title>');
  });
});

describe('routes', () => {
  it('answers 404 with a GraphQL error and the request id', async () => {
    const response = await fetch(`${server.url}/graphq`, {
      method: 'POST',
      body: 'x',
      headers: { 'x-request-id': 'r-1' },
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Nothing is served at this path. GraphQL is at /graphql.',
          extensions: { code: 'NOT_FOUND', requestId: 'r-1' },
        },
      ],
    });
  });

  it.each(['/__proto__', '/constructor', '/webhooks/clink', '/metrics', '//graphql'])(
    'serves nothing at %s',
    async (path) => {
      expect((await fetch(`${server.url}${path}`)).status).toBe(404);
    },
  );

  it.each([
    ['PUT', '/graphql', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/livez', 'GET, HEAD'],
    ['POST', '/demo', 'GET, HEAD'],
  ])('refuses %s %s with what it allows', async (method, path, allow) => {
    const response = await fetch(`${server.url}${path}`, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await refusal(response)).toEqual({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      message: `This path takes ${allow} only.`,
    });
  });

  it('answers HEAD as GET without the body', async () => {
    const response = await fetch(`${server.url}/livez`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('18');
    expect(await response.text()).toBe('');
  });

  it('hands webhooks their raw bytes and headers', async () => {
    const seen: unknown[] = [];
    const own = await startHttpServer({
      webhooks: (rawBody, headers) => {
        seen.push(rawBody.toString('latin1'), headers['x-clink-timestamp']);
        return Promise.resolve({ status: 401, body: 'no' });
      },
    });
    const response = await fetch(`${own.url}/webhooks/clink`, {
      method: 'POST',
      headers: { 'x-clink-timestamp': '17' },
      body: Buffer.from([0x7b, 0xff, 0x7d]),
    });
    await own.close();
    expect([response.status, await response.text()]).toEqual([401, 'no']);
    expect(seen).toEqual(['{\u00ff}', '17']);
  });

  it('sends security headers with every answer', async () => {
    const answers = await Promise.all(
      ['/livez', '/nothing', '/demo', '/'].map((path) => fetch(`${server.url}${path}`)),
    );
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
  });
});

describe('authenticate', () => {
  it('turns a caller away by the refusal it throws', async () => {
    const { HttpError } = await import('../../src/http/transport/http-error.js');
    const options = {
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'Who are you?',
      headers: { 'www-authenticate': 'Bearer' },
    };
    const own = await startHttpServer({ authenticate: () => Promise.reject(new HttpError(options)) });
    const response = await post(own.url, { query: 'mutation { charge }' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refusal(response)).toEqual({ status: 401, code: 'UNAUTHENTICATED', message: 'Who are you?' });
    expect(own.charges()).toBe(0);
    await own.close();
  });

  it('hides every other failure and logs it with the request id', async () => {
    const own = await startHttpServer({ authenticate: () => Promise.reject(new Error('secret place')) });
    const response = await post(own.url, HELLO, { 'x-request-id': 'r-2' });
    expect(await refusal(response)).toEqual({
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Internal server error',
    });
    expect(own.lines).toContainEqual(
      expect.objectContaining({ level: 'error', requestId: 'r-2', msg: 'request failed' }),
    );
    await own.close();
  });
});
