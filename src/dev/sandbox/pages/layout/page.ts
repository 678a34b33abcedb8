import { type HttpResponse } from '../../http.js';
import { html, type Html } from './html.js';

interface Page {
  readonly status?: number;
  readonly title: string;
  readonly content: Html;
  readonly wide?: true;
  readonly paysOnOpening?: true;
  /** Where the page's forms lead in the end: browsers judge the redirect after a post as well. */
  readonly leadsTo?: string;
}

/** Nothing from elsewhere, no inline script or style, no referrer: the page's address holds a token. */
export function pageResponse(page: Page): HttpResponse {
  return {
    kind: 'answer',
    status: page.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(page),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: document(page).text,
  };
}

function contentSecurityPolicy({ paysOnOpening, leadsTo }: Page): string {
  const formTargets = leadsTo === undefined ? "'self'" : `'self' ${toSource(leadsTo)}`;
  const scripts = paysOnOpening === true ? "'self'" : "'none'";
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `script-src ${scripts}`,
    `form-action ${formTargets}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function toSource(leadsTo: string): string {
  const { origin, protocol } = new URL(leadsTo);
  return origin === 'null' ? protocol : origin;
}

function document({ title, content, wide, paysOnOpening }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Clink sandbox</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/hosted-pages.css" />
        ${paysOnOpening === true ? html`<script src="/assets/pays-on-opening.js" defer></script>` : ''}
      </head>
      <body>
        <main class="${wide === true ? 'wide' : 'card'}">${content}</main>
        <footer>Clink sandbox. No real money moves here.</footer>
      </body>
    </html>`;
}
