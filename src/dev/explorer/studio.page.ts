import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { HttpResponse, HttpContext } from '../../http/transport/http-context.js';
import { studioExample } from './studio-examples.js';
import { htmlResponse } from './static-file.js';

const STUDIO_POLICY = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'";

export async function answerStudio({ request, search }: HttpContext): Promise<HttpResponse> {
  const asked = new URLSearchParams(search);
  const { document, variables } = studioExample({
    origin: `http://${request.headers.host ?? ''}`,
    name: asked.get('example'),
    run: asked.get('run'),
  });
  const page = ApolloServerPluginLandingPageLocalDefault({
    document,
    variables: { ...variables },
    embed: { runTelemetry: false },
  });
  const answer = htmlResponse(await render(page), STUDIO_POLICY);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

type LandingPagePlugin = ReturnType<typeof ApolloServerPluginLandingPageLocalDefault>;
type Service = Parameters<NonNullable<LandingPagePlugin['serverWillStart']>>[0];

/** Apollo's plugin renders one page for as long as a server runs, so each page gets a plugin of its own. */
async function render(plugin: LandingPagePlugin): Promise<string> {
  const listener = await plugin.serverWillStart?.({} as Service);
  const page = await listener?.renderLandingPage?.();
  if (page === undefined) throw new Error('Apollo Server renders no landing page any more');
  const html = typeof page.html === 'string' ? page.html : await page.html();
  return html.replace(OFFLINE, `${OFFLINE} <a href="/graphiql">GraphiQL</a> works without the internet.`);
}

const OFFLINE = 'it appears that you might be offline.';
