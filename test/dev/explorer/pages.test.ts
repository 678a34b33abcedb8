import type { HttpContext } from '../../../src/http/transport/http-context.js';
import { readExamples } from '../../../src/dev/explorer/examples.js';
import { createPages } from '../../../src/dev/explorer/pages.js';
import { createExplorerRoutes } from '../../../src/dev/explorer/explorer.routes.js';
import { escapeHtml } from '../../../src/dev/explorer/static-file.js';
import { startHttpServer, type RunningServer } from '../../http/http-server.fixture.js';

let server: RunningServer;
let production: RunningServer;
beforeAll(async () => {
  server = await startHttpServer();
  production = await startHttpServer({ pages: null });
});
afterAll(() => Promise.all([server.close(), production.close()]));

const HTML = { accept: 'text/html' };
const assetsOf = (page: string) =>
  [...page.matchAll(/(?:src|href)="([^"]*\/assets\/[^"]*)"/g)].map(([, path]) => path ?? '');

describe('the demo checkout', () => {
  it.each(['/demo', '/demo/', '/demo/return?orderId=x'])(
    'serves a page at %s that loads nothing from elsewhere',
    async (path) => {
      const response = await fetch(`${server.url}${path}`);
      const page = await response.text();
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(assetsOf(page).length).toBeGreaterThan(2);
      expect(page).not.toMatch(/(?:src|href)="https?:/);
      for (const asset of assetsOf(page)) expect((await fetch(`${server.url}${asset}`)).status).toBe(200);
    },
  );

  it('may run its own scripts only, and post forms to the sandbox and to banks', async () => {
    const { headers } = await fetch(`${server.url}/demo`);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https: " +
        "http://127.0.0.1:4010; script-src 'self'; style-src 'self'; img-src 'self' data: https: " +
        "http://127.0.0.1:4010; connect-src 'self'",
    );
  });

  it('answers 304 to a browser that has the file', async () => {
    const first = await fetch(`${server.url}/demo/assets/styles.css`);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    const second = await fetch(`${server.url}/demo/assets/styles.css`, { headers });
    expect([first.headers.get('cache-control'), second.status, await second.text()]).toEqual(['no-cache', 304, '']);
  });

  it.each([
    'index.html',
    '../../package.json',
    '..%2f..%2fpackage.json',
    '%2e%2e/package.json',
    'nothing.js',
    '',
    'x\0.js',
  ])('serves no asset called %j', async (name) => {
    expect((await fetch(`${server.url}/demo/assets/${name}`)).status).toBe(404);
  });
});

describe('GraphiQL', () => {
  it('comes whole from this server, to be kept forever under addresses that name the content', async () => {
    const page = await (await fetch(`${server.url}/graphiql`)).text();
    const assets = assetsOf(page);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(assets.map((path) => path.replace(/\?v=[0-9a-f]{16}$/, ''))).toEqual([
      '/graphiql/assets/icon.svg',
      '/graphiql/assets/graphiql.css',
      '/graphiql/assets/explorer.css',
      '/graphiql/assets/react.js',
      '/graphiql/assets/react-dom.js',
      '/graphiql/assets/graphiql.js',
      '/graphiql/assets/explorer.js',
    ]);
    for (const asset of assets) {
      const response = await fetch(`${server.url}${asset}`);
      await response.arrayBuffer();
      expect([response.status, response.headers.get('cache-control')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
    }
  });

  it('is asked for again under an address that names other content', async () => {
    const { headers } = await fetch(`${server.url}/graphiql/assets/explorer.js?v=0123456789abcdef`);
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('serves the examples', async () => {
    expect(await (await fetch(`${server.url}/graphiql/examples.json`)).json()).toEqual(readExamples());
  });

  it('says how to install it where the development dependencies are missing', async () => {
    const { exact } = createExplorerRoutes(() => {
      throw new Error('not installed');
    });
    await expect(exact['/graphiql']?.GET?.({} as HttpContext)).rejects.toThrow(
      'GraphiQL is a development dependency and react is not installed. Run "npm ci" without --omit=dev and ' +
        'start again.',
    );
  });

  it('may run its own scripts only', async () => {
    const { headers } = await fetch(`${server.url}/graphiql`);
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
  });
});

describe('the list of places', () => {
  it('is a page for people', async () => {
    const page = await (await fetch(server.url, { headers: HTML })).text();
    const links = [...page.matchAll(/class="place" href="([^"]*)"/g)].map(([, address]) => address);
    expect(links).toEqual([
      '/demo',
      '/graphiql',
      '/graphql',
      '/readyz',
      'http://127.0.0.1:4010',
      'http://127.0.0.1:4010/sandbox/ledger',
    ]);
  });

  it('is JSON for programs, and without a sandbox names none', async () => {
    const own = await startHttpServer({ pages: createPages({ sandboxUrl: null, explorer: true }) });
    const { places } = (await (await fetch(own.url)).json()) as { places: { address: string }[] };
    await own.close();
    expect(places.map(({ address }) => address)).toEqual(['/demo', '/graphiql', '/graphql', '/readyz']);
  });
});

describe('where only listed operations are taken', () => {
  let listed: RunningServer;
  beforeAll(async () => {
    listed = await startHttpServer({ pages: createPages({ sandboxUrl: 'http://127.0.0.1:4010', explorer: false }) });
  });
  afterAll(() => listed.close());

  it('the list of places is a whole page that names what works', async () => {
    const page = await (await fetch(listed.url, { headers: HTML })).text();
    const links = [...page.matchAll(/class="place" href="([^"]*)"/g)].map(([, address]) => address);
    expect(links).toEqual(['/readyz', 'http://127.0.0.1:4010', 'http://127.0.0.1:4010/sandbox/ledger']);
    for (const asset of assetsOf(page)) expect((await fetch(`${listed.url}${asset}`)).status).toBe(200);
  });

  it.each(['/demo', '/demo/return', '/graphiql', '/graphiql/examples.json'])(
    'nothing is served at %s',
    async (path) => {
      expect((await fetch(`${listed.url}${path}`, { headers: HTML })).status).toBe(404);
    },
  );
});

describe('in production', () => {
  it.each([
    '/',
    '/demo',
    '/demo/return',
    '/demo/assets/checkout.js',
    '/graphiql',
    '/graphiql/examples.json',
    '/graphiql/assets/react.js',
  ])('nothing is served at %s', async (path) => {
    expect((await fetch(`${production.url}${path}`, { headers: HTML })).status).toBe(404);
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that could end a text or an attribute', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;');
  });
});
