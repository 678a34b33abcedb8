import { dirname, join } from 'node:path';
import type { HttpResponse, HttpContext } from '../../http/transport/http-context.js';
import { jsonResponse } from '../../http/transport/http-context.js';
import { HttpError } from '../../http/transport/http-error.js';
import { notFound, type Routes } from '../../http/transport/route.js';
import { pagePolicy } from '../../http/edge/security-headers.js';
import { readExamples } from './examples.js';
import { fileResponse, htmlResponse, PACKAGE_ROOT, readStaticFile, type StaticFile } from './static-file.js';

const ASSETS_FOLDER = '/graphiql/assets/';

type ResolveModule = (specifier: string) => string;

export function createExplorerRoutes(resolve: ResolveModule = require.resolve): Routes {
  // The files don't change under a running server, so they are read at the first visit only.
  let reading: Promise<Assets> | null = null;
  const loadAssets = () => (reading ??= readAssets(resolve));
  return {
    exact: {
      '/graphiql': { GET: async () => htmlResponse(explorerHtml(await loadAssets()), EXPLORER_POLICY) },
      '/graphiql/examples.json': { GET: () => jsonResponse(200, readExamples()) },
    },
    folders: { [ASSETS_FOLDER]: { GET: async (context) => answerAsset(context, await loadAssets()) } },
  };
}

const EXPLORER_POLICY = pagePolicy({
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': 'data:',
  'connect-src': "'self'",
});

/** Development dependencies by the names they are served under: a production install has none. */
const LIBRARY_FILES: Readonly<Record<string, { readonly library: string; readonly file: string }>> = {
  'react.js': { library: 'react', file: 'umd/react.production.min.js' },
  'react-dom.js': { library: 'react-dom', file: 'umd/react-dom.production.min.js' },
  'graphiql.js': { library: 'graphiql', file: 'graphiql.min.js' },
  'graphiql.css': { library: 'graphiql', file: 'graphiql.min.css' },
};
const OWN_FILES = ['explorer.js', 'explorer.css', 'icon.svg'];

type Assets = ReadonlyMap<string, StaticFile>;

function answerAsset(context: HttpContext, assets: Assets): HttpResponse {
  const asset = assets.get(context.path.slice(ASSETS_FOLDER.length));
  if (asset === undefined) throw notFound();
  return fileResponse(context, asset);
}

async function readAssets(resolve: ResolveModule): Promise<Assets> {
  const paths = [
    ...Object.entries(LIBRARY_FILES).map(
      ([name, { library, file }]) => [name, join(libraryFolder(library, resolve), file)] as const,
    ),
    ...OWN_FILES.map((name) => [name, join(PACKAGE_ROOT, 'examples/explorer', name)] as const),
  ];
  return new Map(await Promise.all(paths.map(async ([name, path]) => [name, await readStaticFile(path)] as const)));
}

function libraryFolder(library: string, resolve: ResolveModule): string {
  try {
    return dirname(resolve(`${library}/package.json`));
  } catch {
    throw new HttpError({
      status: 503,
      code: 'EXPLORER_NOT_INSTALLED',
      message:
        `GraphiQL is a development dependency and ${library} is not installed. ` +
        'Run "npm ci" without --omit=dev and start again.',
    });
  }
}

function explorerHtml(assets: Assets): string {
  const address = (name: string) => `${ASSETS_FOLDER}${name}?v=${assets.get(name)?.hash ?? ''}`;
  const script = (name: string) => `<script src="${address(name)}" defer></script>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>GraphiQL · Clink payments gateway</title>
    <link rel="icon" href="${address('icon.svg')}" />
    <link rel="stylesheet" href="${address('graphiql.css')}" />
    <link rel="stylesheet" href="${address('explorer.css')}" />
    ${['react.js', 'react-dom.js', 'graphiql.js', 'explorer.js'].map(script).join('\n    ')}
  </head>
  <body>
    <div id="graphiql"><p class="loading">Loading GraphiQL…</p></div>
    <noscript>GraphiQL needs JavaScript. The endpoint itself is at /graphql.</noscript>
  </body>
</html>
`;
}
