import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningService } from '../shop-orders/shop-orders.js';
import type { RouterOptions } from './router-options.js';

/** Starts Hive Gateway's runtime with its default settings, except for the headers to subgraphs. */
export async function startHiveGateway(
  supergraphSdl: string,
  { port = 0, headersTo }: RouterOptions = {},
): Promise<RunningService> {
  const runtime = await createRuntime(supergraphSdl, headersTo);
  const server = createServer(runtime).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await runtime[Symbol.asyncDispose]();
    },
  };
}

type HiveRuntime = RequestListener & AsyncDisposable;

/** The packages' declarations would bring the browser's types into every file of this project. */
const PACKAGES = { runtime: '@graphql-hive/gateway-runtime', httpTransport: '@graphql-mesh/transport-http' };

interface RuntimeSettings {
  readonly supergraph: string;
  readonly transports: { readonly http: unknown };
  readonly logging: boolean;
  readonly propagateHeaders?: {
    fromClientToSubgraphs(call: { request: Request; subgraphName: string }): Record<string, string>;
  };
}

async function createRuntime(supergraph: string, headersTo: RouterOptions['headersTo']): Promise<HiveRuntime> {
  const { createGatewayRuntime } = (await import(PACKAGES.runtime)) as {
    createGatewayRuntime(settings: RuntimeSettings): HiveRuntime;
  };
  const { default: http } = (await import(PACKAGES.httpTransport)) as { default: unknown };
  return createGatewayRuntime({
    supergraph,
    transports: { http },
    // Its answers have all that it would log.
    logging: false,
    ...(headersTo && {
      propagateHeaders: {
        fromClientToSubgraphs: ({ request, subgraphName }) =>
          headersTo(subgraphName, request.headers.get('authorization') ?? undefined),
      },
    }),
  });
}
