import { ApolloServer } from '@apollo/server';
import type { GraphqlApi } from '../../src/graphql/api.js';
import { createPages } from '../../src/dev/explorer/pages.js';
import { createHttpServer } from '../../src/http/server.js';
import { createLog } from '../../src/shared/log/log.js';
import { searchedOutput } from '../support/output-search.js';
import { httpServerDeps, type HttpServerOptions } from './http-server.options.js';

type RequestContext = ReturnType<GraphqlApi['contextFor']>;

const TYPE_DEFS = `
  type Query { hello: String!  requestId: ID!  slow: String! }
  type Mutation { charge(note: String): Int! }
`;

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Parsed log lines so far. */
  readonly lines: Record<string, unknown>[];
  /** How often the mutation ran. */
  readonly charges: () => number;
  /** Resolves when a `slow` query has begun. */
  readonly slowBegan: Promise<void>;
  /** Lets every `slow` query finish. */
  readonly finishSlow: () => void;
  /** Resolves when Apollo has stopped. */
  readonly isStopped: () => boolean;
  close(): Promise<void>;
}

/** The real server with a small schema behind it, on a free port. */
export async function startHttpServer(options: HttpServerOptions = {}): Promise<RunningServer> {
  const lines: Record<string, unknown>[] = [];
  const destination = searchedOutput((line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  const { api, ...probes } = createApi();
  const log = createLog('debug', destination);
  const pages = createPages({ sandboxUrl: 'http://127.0.0.1:4010', explorer: true });
  const server = createHttpServer(httpServerDeps({ api, log }, { pages, ...options }));
  const { url } = await server.listen();
  return { url, port: Number(new URL(url).port), lines, ...probes, close: () => server.close() };
}

function createApi() {
  let charges = 0;
  let stopped = false;
  const began = signal();
  const finished = signal();
  const server = new ApolloServer<RequestContext>({
    typeDefs: TYPE_DEFS,
    resolvers: {
      Query: {
        hello: () => 'world',
        requestId: (_source: unknown, _args: unknown, context: RequestContext) => context.requestId,
        slow: async () => {
          began.fire();
          await finished.fired;
          return 'done';
        },
      },
      Mutation: { charge: () => (charges += 1) },
    },
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    plugins: [
      { serverWillStart: () => Promise.resolve({ serverWillStop: () => Promise.resolve(void (stopped = true)) }) },
    ],
  });
  const api: GraphqlApi = { server, contextFor: (request) => request as unknown as RequestContext };
  return {
    api,
    charges: () => charges,
    isStopped: () => stopped,
    slowBegan: began.fired,
    finishSlow: finished.fire,
  };
}

function signal(): { fired: Promise<void>; fire: () => void } {
  let fire: () => void = () => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return { fired, fire };
}

/** Sends a GraphQL operation as JSON. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
