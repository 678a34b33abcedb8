import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isListType, isNonNullType, isObjectType, valueFromASTUntyped } from 'graphql';
import { Directive, Query, Resolver } from 'type-graphql';
import { buildSubgraph } from '../../../src/graphql/federation/build-subgraph.js';
import { readFieldRules } from '../../../src/graphql/limits/field-rules.js';
import { createPaymentsSubgraph } from '../../../src/graphql/schema.js';
import { graphqlFixture } from '../graphql-fixture.js';

const published = buildSchema(
  ['schema/payments.graphql', 'schema/federation-directives.graphql'].map((file) => readFileSync(file, 'utf8')).join(),
);
const fields = Object.values(published.getTypeMap()).flatMap((type) =>
  isObjectType(type) && !type.name.startsWith('__') ? Object.values(type.getFields()) : [],
);

const rules = readFieldRules(createPaymentsSubgraph().classes);

describe('the size of a list', () => {
  it('is published as it is counted', () => {
    const sizes = fields.flatMap(({ name, astNode }) => {
      const hint = astNode?.directives?.find((directive) => directive.name.value === 'listSize');
      const assumed = hint?.arguments?.find((argument) => argument.name.value === 'assumedSize')?.value;
      return assumed === undefined ? [] : [[name, valueFromASTUntyped(assumed)]];
    });
    const counted = [...rules.listSizes].filter(([name]) => name !== '_entities');
    expect(Object.fromEntries(counted.map(([name, { assumed }]) => [name, assumed]))).toEqual({
      payments: 20,
      metadata: 19,
      timeline: 8,
    });
    expect(Object.fromEntries(sizes)).toEqual(
      Object.fromEntries(counted.map(([name, { assumed }]) => [name, assumed])),
    );
    expect(rules.listSizes.get('_entities')).toEqual({ assumed: 100, slicedBy: [] });
    expect(rules.listSizes.get('payments')?.slicedBy).toEqual(['first']);
  });

  it('is known for every list of objects that can be long', () => {
    const lists = fields.filter(({ type }) => isListType(isNonNullType(type) ? type.ofType : type));
    const unknown = lists.filter((field) => isObjectType(getNamedType(field.type)) && !rules.listSizes.has(field.name));
    // Edges are counted with their connection; the others are as long as an input or a form.
    expect(unknown.map(({ name }) => name).sort()).toEqual(['edges', 'fields', 'issues']);
  });

  it.each([
    ['what is asked for', '(first: 1)', true],
    ['the default where nothing is', '', true],
    ['the largest page for a variable', '(first: $n)', false],
  ])('is %s', async (_what, page, isTaken) => {
    const entry = '{ edges { node { timeline { id status source detail } metadata { key value } } } }';
    const pages = Array.from({ length: 6 }, (_none, index) => `p${index}: payments${page} ${entry}`);
    const { errors } = await graphqlFixture().send(
      `query ($n: Int) { ${pages.join(' ')} never: __typename @skip(if: $n) }`,
    );
    const isRefused = errors.some(({ extensions }) => extensions?.code === 'DOCUMENT_LIMIT_EXCEEDED');
    expect(isRefused).toBe(!isTaken);
  });
});

describe('what a field costs', () => {
  it('is more than one where it waits for the provider', () => {
    expect(Object.fromEntries(rules.weights)).toEqual({ createPayment: 50, refreshWalletQr: 50 });
  });

  it('is many bytes where its text can be long', () => {
    expect(Object.fromEntries(rules.bytes)).toEqual({
      value: 2_000,
      detail: 1_000,
      message: 1_000,
      providerMessage: 1_000,
      url: 1_000,
      hostedInstructionsUrl: 1_000,
      mobileAuthUrl: 1_000,
      fallbackUrl: 1_000,
      imageUrlPng: 4_000,
      imageUrlSvg: 4_000,
      imageDataUrl: 4_000,
    });
  });
});

describe('the scopes of a field', () => {
  @Resolver()
  class AnyResolver {
    @Query(() => String)
    @Directive('@requiresScopes(scopes: [["payments:read"], ["payments:write"]])')
    anything(): string {
      return '';
    }
  }

  it('are those of one permission: others stop the start', () => {
    const { classes } = buildSubgraph({ resolvers: [AnyResolver], references: {} });
    expect(() => readFieldRules(classes)).toThrow('the scopes of the field anything are not those of one permission');
  });
});
