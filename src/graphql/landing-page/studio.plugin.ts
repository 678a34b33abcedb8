import type { ApolloServerPlugin, LandingPage } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { RequestContext } from '../context.js';

/** What Apollo Studio's explorer opens with. */
export interface ExplorerContents {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Apollo's landing page, with contents made anew for each visit: a second visitor must not replay the payments of the first. */
export function createStudioPlugin(contents: () => ExplorerContents): ApolloServerPlugin<RequestContext> {
  return {
    serverWillStart: async (service) => ({
      renderLandingPage: async () => ({ html: () => renderPage(contents(), service) }),
    }),
  };
}

type Service = Parameters<NonNullable<ApolloServerPlugin<RequestContext>['serverWillStart']>>[0];

async function renderPage(contents: ExplorerContents, service: Service): Promise<string> {
  const plugin: ApolloServerPlugin<RequestContext> = ApolloServerPluginLandingPageLocalDefault({
    ...{ document: contents.document, variables: { ...contents.variables } },
    embed: { runTelemetry: false },
  });
  const listener = await plugin.serverWillStart?.(service);
  const page: LandingPage | undefined = (await listener?.renderLandingPage?.()) ?? undefined;
  if (page === undefined) throw new Error('Apollo Server renders no landing page any more');
  const html = typeof page.html === 'string' ? page.html : await page.html();
  return html.replace(OFFLINE, `${OFFLINE} <a href="/graphiql">GraphiQL</a> works without the internet.`);
}

/** What Apollo's page shows until its explorer has come from the internet. */
const OFFLINE = 'it appears that you might be offline.';
