import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** A running subgraph by its name in the graph. */
export interface SubgraphPlace {
  readonly name: string;
  readonly url: string;
  /** Sent along when the schema is asked for, such as a token. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks each subgraph for its schema and composes them. Throws with every reason where they don't fit. */
export async function composeSupergraph(places: readonly SubgraphPlace[]): Promise<string> {
  const services = await Promise.all(
    places.map(async (place) => ({ ...place, typeDefs: parse(await readSubgraphSchema(place)) })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined)
    throw new Error(`the subgraphs do not compose:\n${(errors ?? []).map(({ message }) => message).join('\n')}`);
  return supergraphSdl;
}

/** The same query as `rover subgraph introspect`. */
async function readSubgraphSchema({ url, headers }: SubgraphPlace): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  return data._service.sdl;
}
