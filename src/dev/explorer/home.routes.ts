import { jsonResponse, type HttpResponse, type HttpContext } from '../../http/transport/http-context.js';
import type { Routes } from '../../http/transport/route.js';
import { pagePolicy } from '../../http/edge/security-headers.js';
import { escapeHtml, htmlResponse } from './static-file.js';

interface Place {
  readonly name: string;
  readonly address: string;
  readonly about: string;
}

export interface HomeDeps {
  readonly sandboxUrl: string | null;
  readonly explorer: boolean;
}

export function createHomeRoutes({ sandboxUrl, explorer }: HomeDeps): Routes {
  const places = [
    ...(explorer ? EXPLORER_PLACES : []),
    READINESS,
    ...(sandboxUrl === null ? [] : sandboxPlaces(sandboxUrl)),
  ];
  return { exact: { '/': { GET: (context) => answerHome(context, places) } }, folders: {} };
}

const EXPLORER_PLACES: readonly Place[] = [
  { name: 'Demo checkout', address: '/demo', about: 'A shop that pays through this gateway, in your browser.' },
  { name: 'GraphiQL', address: '/graphiql', about: 'The explorer, with an example for each story. Works offline.' },
  { name: 'Apollo Sandbox', address: '/graphql', about: "Apollo's explorer. Needs the internet." },
];

const READINESS: Place = { name: 'Readiness', address: '/readyz', about: 'Whether payments can be taken now.' };

function sandboxPlaces(sandboxUrl: string): Place[] {
  return [
    { name: 'Clink sandbox', address: sandboxUrl, about: 'The embedded provider: what each test instrument does.' },
    { name: 'Ledger', address: `${sandboxUrl}/sandbox/ledger`, about: 'What was really charged.' },
  ];
}

function answerHome({ request }: HttpContext, places: readonly Place[]): HttpResponse {
  if (request.headers.accept?.includes('text/html') !== true) return jsonResponse(200, { places });
  return htmlResponse(homeHtml(places), HOME_POLICY);
}

const HOME_POLICY = pagePolicy({ 'style-src': "'self'", 'img-src': "'self'" });

function homeHtml(places: readonly Place[]): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Clink payments gateway</title>
    <link rel="icon" href="/demo/assets/icon.svg" />
    <link rel="stylesheet" href="/demo/assets/styles.css" />
  </head>
  <body>
    <header class="bar"><p class="brand">Clink payments gateway</p></header>
    <main class="narrow">
      <h1>It is running. Where to?</h1>
      <ul class="places">
        ${places.map(placeHtml).join('\n        ')}
      </ul>
    </main>
  </body>
</html>
`;
}

function placeHtml({ name, address, about }: Place): string {
  const content = `<strong>${escapeHtml(name)}</strong> <span>${escapeHtml(about)}</span>`;
  return `<li><a class="place" href="${escapeHtml(address)}">${content}</a></li>`;
}
