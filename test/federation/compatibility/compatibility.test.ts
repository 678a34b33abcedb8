import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { startStandaloneServer } from '@apollo/server/standalone';
import { stripIgnoredCharacters, type GraphQLSchema } from 'graphql';
import { composeSupergraph } from '../../../examples/federation/compose-supergraph.js';
import { startApolloGateway } from '../../../examples/federation/routers/apollo-gateway.js';
import type { RunningService } from '../../../examples/federation/shop-orders/shop-orders.js';
import { createInventorySchema, createUsersSchema } from './other-subgraphs.js';
import { createProductsSubgraph } from './products.subgraph.js';

let products: RunningService;
let router: RunningService;
let supergraphSdl: string;
/** What _service answers, without blanks and comments. */
let sdl: string;
const running: RunningService[] = [];

beforeAll(async () => {
  products = await serve(createProductsSubgraph().schema);
  const users = await serve(createUsersSchema());
  const inventory = await serve(createInventorySchema());
  supergraphSdl = await composeSupergraph([
    { name: 'products', url: products.url },
    { name: 'users', url: users.url },
    { name: 'inventory', url: inventory.url },
  ]);
  router = await startApolloGateway(supergraphSdl);
  running.push(router);
  const { data } = await ask(products, '{ _service { sdl } }');
  sdl = stripIgnoredCharacters(data._service.sdl as string);
});
afterAll(async () => {
  for (const service of running.reverse()) await service.close();
});

/** One test for each line of the suite's result table, with the requests that it documents. */
describe('Apollo’s subgraph compatibility suite', () => {
  it('_service: answers the schema, with the types and fields that the suite asks for', () => {
    for (const type of ['Product', 'DeprecatedProduct', 'ProductVariation', 'ProductResearch', 'CaseStudy', 'User'])
      expect(sdl).toMatch(new RegExp(`type ${type}\\b`));
    expect(sdl).toMatch(/product\(id:ID!\):Product/);
    expect(sdl).toMatch(/deprecatedProduct\((sku:String!|package:String!){2}\):DeprecatedProduct@deprecated/);
  });

  it('@key single: resolves User by e-mail', async () => {
    expect(sdl).toMatch(/type User@extends@key\(fields:"email"\)/);
    const representations = [{ __typename: 'User', email: 'support@apollographql.com' }];
    expect(await entities(representations, '... on User { email name }')).toEqual([
      { email: 'support@apollographql.com', name: 'Jane Smith' },
    ]);
  });

  it('@key multiple: resolves DeprecatedProduct by two fields', async () => {
    expect(sdl).toContain('type DeprecatedProduct@key(fields:"sku package")');
    const keys = { sku: 'apollo-federation-v1', package: '@apollo/federation-v1' };
    expect(
      await entities([{ __typename: 'DeprecatedProduct', ...keys }], '... on DeprecatedProduct { sku package reason }'),
    ).toEqual([{ ...keys, reason: 'Migrate to Federation V2' }]);
  });

  it('@key composite: resolves ProductResearch by a nested field', async () => {
    expect(sdl).toContain('type ProductResearch@key(fields:"study { caseNumber }")');
    const representations = [{ __typename: 'ProductResearch', study: { caseNumber: '1234' } }];
    expect(await entities(representations, '... on ProductResearch { study { caseNumber description } }')).toEqual([
      { study: { caseNumber: '1234', description: 'Federation Study' } },
    ]);
  });

  it('@key repeatable: resolves Product by each of three keys', async () => {
    expect(sdl).toMatch(
      /type Product@custom@key\(fields:"id"\)@key\(fields:"sku package"\)@key\(fields:"sku variation { id }"\)/,
    );
    const representations = [
      { __typename: 'Product', id: 'apollo-federation' },
      { __typename: 'Product', sku: 'federation', package: '@apollo/federation' },
      { __typename: 'Product', sku: 'studio', variation: { id: 'platform' } },
    ];
    expect(await entities(representations, '... on Product { id sku }')).toEqual([
      { id: 'apollo-federation', sku: 'federation' },
      { id: 'apollo-federation', sku: 'federation' },
      { id: 'apollo-studio', sku: 'studio' },
    ]);
  });

  it('@link: imports what is used of the specification, from one version of it', () => {
    const links = [
      ...sdl.matchAll(/@link\(url:"https:\/\/specs\.apollo\.dev\/federation\/v([\d.]+)" import:\[(.*?)\]/g),
    ];
    expect(links).toHaveLength(1);
    expect(links[0]?.[1]).toBe('2.3');
    expect(links[0]?.[2]?.match(/@\w+/g)).toEqual([
      ...['@composeDirective', '@extends', '@external', '@inaccessible', '@interfaceObject', '@key', '@override'],
      ...['@provides', '@requires', '@shareable', '@tag'],
    ]);
  });

  it('@shareable: shares ProductDimension with another subgraph', async () => {
    expect(sdl).toContain('type ProductDimension@shareable');
    expect((await product(router, 'dimensions { size weight }')).dimensions).toEqual({ size: 'small', weight: 1 });
  });

  it('@tag: keeps its name', () => {
    expect(sdl).not.toContain('@federation__tag');
    expect(sdl).toContain('notes:String@tag(name:"internal")');
  });

  it('@override: answers the field that users gave up', async () => {
    expect(sdl).toContain('name:String@override(from:"users")');
    expect((await product(router, 'createdBy { name }')).createdBy.name).toBe('Jane Smith');
  });

  it('@inaccessible: hides a field from the router’s clients, not from the router', async () => {
    expect(sdl).toContain('unit:String@inaccessible');
    expect((await product(products, 'dimensions { unit }')).dimensions.unit).toBe('kg');
    const { errors } = await ask(router, '{ product(id: "apollo-federation") { dimensions { unit } } }');
    expect(errors?.[0]?.message).toContain('Cannot query field "unit"');
  });

  it('@composeDirective: carries a directive of one’s own to the supergraph', () => {
    expect(sdl).toContain('@link(url:"https://myspecs.dev/myCustomDirective/v1.0" import:["@custom"])');
    expect(sdl).toContain('@composeDirective(name:"@custom")');
    expect(sdl).toContain('directive@custom on OBJECT');
    expect(sdl).toContain('type Product@custom');
    expect(supergraphSdl).toMatch(/type Product\s[^]*?@custom\s*\{/);
  });

  it('@interfaceObject: adds a field to every kind of Inventory', async () => {
    expect(sdl).toContain('type Inventory@interfaceObject@key(fields:"id")');
    const { data, errors } = await ask(router, '{ inventory(id: "apollo-oss") { deprecatedProducts { sku reason } } }');
    expect(errors).toBeUndefined();
    expect(data.inventory.deprecatedProducts).toEqual([
      { sku: 'apollo-federation-v1', reason: 'Migrate to Federation V2' },
    ]);
  });

  it('@requires: computes from what another subgraph knows', async () => {
    expect(sdl).toContain(
      'averageProductsCreatedPerYear:Int@requires(fields:"totalProductsCreated yearsOfEmployment")',
    );
    const { createdBy } = await product(router, 'createdBy { averageProductsCreatedPerYear email }');
    expect(createdBy).toEqual({ averageProductsCreatedPerYear: 134, email: 'support@apollographql.com' });
    const { delivery } = await product(router, 'delivery(zip: "94111") { estimatedDelivery }');
    expect(delivery).toEqual({ estimatedDelivery: '5/1/2019' });
  });

  it('@provides: answers a field that others own on its own path', async () => {
    expect(sdl).toContain('createdBy:User@provides(fields:"totalProductsCreated")');
    const { createdBy } = await product(products, 'createdBy { email totalProductsCreated }');
    expect(createdBy).toEqual({ email: 'support@apollographql.com', totalProductsCreated: 1337 });
  });

  it('ftv1: traces for a router that asks', async () => {
    const traced = await ask(products, '{ __typename }', { headers: { 'apollo-federation-include-trace': 'ftv1' } });
    expect(traced).toEqual({ data: { __typename: 'Query' }, extensions: { ftv1: expect.any(String) } });
    expect(await ask(products, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  });
});

async function serve(schema: GraphQLSchema): Promise<RunningService> {
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTrace()] });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  const service = { url, close: () => server.stop() };
  running.push(service);
  return service;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
type Json = any;

interface Answer {
  readonly data: Json;
  readonly errors?: readonly { readonly message: string }[];
}

interface AskOptions {
  readonly variables?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

async function ask(
  { url }: RunningService,
  query: string,
  { variables = {}, headers }: AskOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

async function entities(representations: readonly unknown[], selection: string): Promise<Json> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  const { data, errors } = await ask(products, query, { variables: { representations } });
  expect(errors).toBeUndefined();
  return data._entities;
}

async function product(service: RunningService, selection: string): Promise<Json> {
  const { data, errors } = await ask(service, `{ product(id: "apollo-federation") { ${selection} } }`);
  expect(errors).toBeUndefined();
  return data.product;
}
