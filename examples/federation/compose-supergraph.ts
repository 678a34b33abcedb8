import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** A subgraph that runs, by the name that the graph gives it. */
export interface SubgraphPlace {
  readonly name: string;
  /** Of its GraphQL endpoint. */
  readonly url: string;
  /** Sent along when the schema is asked for: a token, where one is wanted. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks each subgraph for its schema and composes them. Throws with every reason where they do not fit together. */
export async function composeSupergraph(places: readonly SubgraphPlace[]): Promise<string> {
  const services = await Promise.all(
    places.map(async (place) => ({ ...place, typeDefs: parse(await readSubgraphSchema(place)) })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined)
    throw new Error(`the subgraphs do not compose:\n${(errors ?? []).map(({ message }) => message).join('\n')}`);
  return supergraphSdl;
}

/** What `rover subgraph introspect` asks for. */
async function readSubgraphSchema({ url, headers }: SubgraphPlace): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  return data._service.sdl;
}
