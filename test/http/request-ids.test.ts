import { post, startHttpServer, type RunningServer } from './http-server.fixture.js';

let server: RunningServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());

describe('a request id', () => {
  it("is the caller's own, in the answer, the context and the log", async () => {
    const response = await post(server.url, { query: '{ requestId }' }, { 'x-request-id': 'trace:1.a-b_C' });
    expect(response.headers.get('x-request-id')).toBe('trace:1.a-b_C');
    expect(await response.json()).toEqual({ data: { requestId: 'trace:1.a-b_C' } });
    await server.close();
    expect(server.lines).toContainEqual(expect.objectContaining({ requestId: 'trace:1.a-b_C', msg: 'request' }));
  });

  it.each(['', 'a b', '<script>', 'x'.repeat(129), 'a/b'])('is made anew in the place of "%s"', async (given) => {
    const response = await post(server.url, { query: '{ requestId }' }, { 'x-request-id': given });
    const requestId = response.headers.get('x-request-id');
    expect(requestId).toMatch(/^req_[0-9a-f]{32}$/);
    expect(await response.json()).toEqual({ data: { requestId } });
  });
});

describe('the log', () => {
  it('has one line for each request, without query strings, headers or bodies', async () => {
    const query = 'mutation { charge(note: "canary_body") }';
    await post(server.url, { query }, { authorization: 'canary_header', 'x-request-id': 'r-3' });
    await fetch(`${server.url}/nothing?token=canary_query`);
    await server.close();
    const requests = server.lines.filter(({ msg }) => msg === 'request');
    expect(requests).toEqual([
      expect.objectContaining({ level: 'info', requestId: 'r-3', method: 'POST', path: '/graphql', status: 200 }),
      expect.objectContaining({ level: 'info', method: 'GET', path: '/nothing', status: 404 }),
    ]);
    expect(Object.keys(requests[0] ?? {}).sort()).toEqual(
      ['durationMs', 'level', 'method', 'msg', 'path', 'requestId', 'service', 'status', 'time'].sort(),
    );
    expect(JSON.stringify(server.lines)).not.toContain('canary');
  });

  it('keeps the probes of a healthy server at debug', async () => {
    await fetch(`${server.url}/livez`);
    await server.close();
    expect(server.lines).toContainEqual(expect.objectContaining({ level: 'debug', path: '/livez', status: 200 }));
  });
});
