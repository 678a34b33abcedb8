import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { parse, print } from 'graphql';
import { createPaymentsSubgraph } from '../../src/graphql/schema.js';

const PUBLISHED = readFileSync('schema/payments.graphql', 'utf8');
const ORDERS = readFileSync('examples/federation/shop-orders/shop-orders.graphql', 'utf8');

async function servedSchema(): Promise<string> {
  const { schema } = createPaymentsSubgraph();
  const resolve = schema.getQueryType()?.getFields()._service?.resolve as unknown as () => { sdl: string };
  return Promise.resolve(resolve().sdl);
}

function compose(payments: string) {
  return composeServices([
    { name: 'payments', url: 'http://payments.test/graphql', typeDefs: parse(payments) },
    { name: 'shop-orders', url: 'http://orders.test/graphql', typeDefs: parse(ORDERS) },
  ]);
}

describe('the published schema', () => {
  const { supergraphSdl = '', errors, hints = [] } = compose(PUBLISHED);

  it('composes with a subgraph that adds to its entities', () => {
    expect(errors).toBeUndefined();
    expect(hints.map(({ message }) => message)).toEqual([]);
  });

  it.each([
    ['Mutation.createPayment', ['authenticated', 'requiresScopes(scopes: [["payments:write"]])', 'cost(weight: 50)']],
    ['Mutation.refreshWalletQr', ['authenticated', 'requiresScopes(scopes: [["payments:write"]])', 'cost(weight: 50)']],
    ['Query.payment', ['authenticated', 'requiresScopes(scopes: [["payments:read"]])']],
    ['Query.paymentByIdempotencyKey', ['authenticated', 'requiresScopes(scopes: [["payments:read"]])']],
    ['Query.paymentByOrderId', ['requiresScopes(scopes: [["payments:read"]])', 'tag(name: "backoffice")']],
    [
      'Query.payments',
      [
        'requiresScopes(scopes: [["payments:read"]])',
        'listSize(slicingArguments: ["first"], assumedSize: 20, sizedFields: ["edges"], requireOneSlicingArgument: false)',
      ],
    ],
    ['Subscription.paymentUpdated', ['authenticated', 'requiresScopes(scopes: [["payments:read"]])']],
    ['Payment.timeline', ['tag(name: "backoffice")', 'listSize(assumedSize: 8)']],
    ['Payment', ['join__type(graph: PAYMENTS, key: "id")', 'join__type(graph: PAYMENTS, key: "orderId")']],
    ['Customer', ['join__type(graph: PAYMENTS, key: "id", resolvable: false)']],
    ['Product', ['join__type(graph: PAYMENTS, key: "id", resolvable: false)']],
    ['PaymentEventSource', ['tag(name: "backoffice")']],
  ])('tells routers about %s', (coordinate, directives) => {
    expect(directivesOf(supergraphSdl, coordinate)).toEqual(
      expect.arrayContaining(directives.map((directive) => `@${directive}`)),
    );
  });

  it('is refused by @apollo/gateway, which has no access control', async () => {
    const gateway = new ApolloGateway({ supergraphSdl, logger: SILENT });
    await expect(gateway.load()).rejects.toThrow(
      'feature https://specs.apollo.dev/authenticated/v0.1 is for: SECURITY but is unsupported',
    );
  });
});

describe('the schema that _service answers', () => {
  it('is the published one without the directives that only some routers take', async () => {
    const { supergraphSdl = '', errors } = compose(await servedSchema());
    expect(errors).toBeUndefined();
    expect(supergraphSdl).not.toContain('@authenticated');
    expect(supergraphSdl).not.toContain('requiresScopes');
    expect(supergraphSdl).toContain('@cost(weight: 50)');
  });

  it('is taken by @apollo/gateway', async () => {
    const { supergraphSdl = '' } = compose(await servedSchema());
    const gateway = new ApolloGateway({ supergraphSdl, logger: SILENT });
    const { schema } = await gateway.load();
    await gateway.stop();
    expect(schema.getType('Payment')).toBeDefined();
  });
});

function directivesOf(sdl: string, coordinate: string): string[] {
  const [typeName, fieldName] = coordinate.split('.');
  const type = parse(sdl).definitions.find(
    (definition) =>
      'name' in definition && definition.kind !== 'DirectiveDefinition' && definition.name?.value === typeName,
  );
  const fields = type?.kind === 'ObjectTypeDefinition' ? (type.fields ?? []) : [];
  const node = fieldName === undefined ? type : fields.find(({ name }) => name.value === fieldName);
  return (node?.directives ?? []).map((directive) => print(directive));
}

const quiet = (): void => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };
