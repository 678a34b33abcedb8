import type { IncomingHttpHeaders } from 'node:http';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { RunningService } from '../shop-orders/shop-orders.js';
import type { RouterOptions } from './router-options.js';

/** Absent where the router asks subgraphs of its own accord. */
interface RequestContext {
  readonly headers?: IncomingHttpHeaders;
}

/** Starts @apollo/gateway with its default settings, except for the headers to subgraphs. */
export async function startApolloGateway(
  supergraphSdl: string,
  { port = 0, headersTo }: RouterOptions = {},
): Promise<RunningService> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    ...(headersTo && {
      buildService: ({ name, url = '' }) =>
        new RemoteGraphQLDataSource<RequestContext>({
          url,
          willSendRequest: ({ request, context }) => {
            const headers = headersTo(name, context.headers?.authorization);
            for (const [header, value] of Object.entries(headers)) request.http?.headers.set(header, value);
          },
        }),
    }),
  });
  const server = new ApolloServer<RequestContext>({ gateway, stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: ({ req }) => Promise.resolve({ headers: req.headers }),
  });
  return { url, close: () => server.stop() };
}
