import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { RunningService } from '../shop-orders/shop-orders.js';

/** Starts @apollo/gateway over a supergraph, with its default settings. */
export async function startApolloGateway(supergraphSdl: string, port = 0): Promise<RunningService> {
  const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }), stopOnTerminationSignals: false });
  const { url } = await startStandaloneServer(server, { listen: { port, host: '127.0.0.1' } });
  return { url, close: () => server.stop() };
}
