import { createPages } from '../../src/dev/explorer/pages.js';
import { createRoutes, type RoutesDeps } from '../../src/http/routes.js';
import { startHttpServer, type RunningServer } from './http-server.fixture.js';
import { openRaw, requestText, WEBSOCKET_HANDSHAKE } from './raw-connection.js';

const webhooks = (body: Buffer) => Promise.resolve({ status: body.length === 0 ? 401 : 200, body: 'seen' });
const { exact, folders } = createRoutes({
  pages: createPages({ sandboxUrl: null, explorer: true }),
  corsOrigins: [],
  webhooks,
  bodies: {},
  limits: {},
  streamLimits: {},
} as unknown as RoutesDeps);
const PATHS = [...Object.keys(exact), ...Object.keys(folders).map((folder) => `${folder}nothing.js`), '/nothing', '/%'];
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'];

let server: RunningServer;
beforeAll(async () => {
  server = await startHttpServer({ webhooks, limits: { maxBodyBytes: 100, maxHeaderBytes: 4_096, bodyTimeoutMs: 30 } });
});
afterAll(() => server.close());

/** Status and headers of the answer to a request. */
async function headOf(text: string): Promise<{ status: string; headers: ReadonlyMap<string, string> }> {
  const raw = await openRaw(server.port);
  raw.send(text);
  const [head = ''] = (await raw.ended()).split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const cut = line.indexOf(': ');
    return [line.slice(0, cut).toLowerCase(), line.slice(cut + 2)];
  });
  return { status: status.slice(9, 12), headers: new Map(headers) };
}

/** What of the protection an answer lacks. */
function missing(headers: ReadonlyMap<string, string>): string[] {
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive): [string, string] => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );
  const checks: Readonly<Record<string, boolean>> = {
    nosniff: headers.get('x-content-type-options') === 'nosniff',
    frames: headers.get('x-frame-options') === 'DENY' && policy.get('frame-ancestors') === "'none'",
    referrer: headers.get('referrer-policy') === 'no-referrer',
    opener: headers.get('cross-origin-opener-policy') === 'same-origin',
    base: policy.get('base-uri') === "'none'",
    forms: policy.has('form-action'),
    // Apollo's page has a policy of its own for scripts, with a nonce for each.
    sources: policy.get('default-src') === "'none'" || policy.get('object-src') === "'none'",
    inline: !/unsafe-(?:inline|eval)/.test(policy.get('script-src') ?? ''),
  };
  return Object.keys(checks).filter((name) => checks[name] !== true);
}

const close = { Connection: 'close' };
const json = { ...close, 'Content-Type': 'application/json' };

describe('every answer protects a browser', () => {
  it.each(PATHS)('at %s, whatever the method and whatever is accepted', async (path) => {
    for (const method of METHODS) {
      for (const accept of ['text/html', 'application/json', 'image/png']) {
        const { status, headers } = await headOf(requestText(`${method} ${path}`, { ...close, Accept: accept }));
        expect([method, accept, status, missing(headers)]).toEqual([method, accept, expect.stringMatching(/^\d/), []]);
      }
    }
  });

  it.each([
    ['200', requestText('POST /graphql', json, '{"query":"{ hello }"}')],
    ['400', requestText('POST /graphql', json, '{')],
    ['400', requestText('POST /graphql', { ...json, Accept: 'text/event-stream' }, '7')],
    ['408', requestText('POST /graphql', { ...json, 'Content-Length': '50' })],
    ['413', requestText('POST /graphql', json, 'x'.repeat(101))],
    ['415', requestText('POST /graphql', { ...json, 'Content-Encoding': 'gzip' }, '{}')],
    ['401', requestText('POST /webhooks/clink', { ...close, 'Content-Length': '0' })],
    ['431', requestText('GET /demo', { 'X-Filling': 'x'.repeat(5_000) })],
    ['400', 'no HTTP\r\n\r\n'],
    ['403', requestText('GET /graphql', { ...WEBSOCKET_HANDSHAKE, Origin: 'https://evil.example' })],
    ['404', requestText('GET /demo', WEBSOCKET_HANDSHAKE)],
    ['400', requestText('GET /graphql', { ...WEBSOCKET_HANDSHAKE, 'Sec-WebSocket-Key': 'short' })],
    ['400', requestText('GET /graphql', { ...WEBSOCKET_HANDSHAKE, 'Sec-WebSocket-Protocol': '(' })],
    ['400', requestText('POST /graphql', WEBSOCKET_HANDSHAKE)],
    ['417', requestText('POST /graphql', { ...json, Expect: 'the unexpected' }, '{}')],
    ['400', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ])('with the status %s', async (expected, text) => {
    const { status, headers } = await headOf(text);
    expect([status, missing(headers)]).toEqual([expected, []]);
  });
});
