import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isListType, isNonNullType, isObjectType, valueFromASTUntyped } from 'graphql';
import { LIST_SIZES } from '../../../src/graphql/limits/field-costs.js';
import { graphqlFixture } from '../graphql-fixture.js';

const published = buildSchema(
  ['schema/payments.graphql', 'schema/federation-directives.graphql'].map((file) => readFileSync(file, 'utf8')).join(),
);
const fields = Object.values(published.getTypeMap()).flatMap((type) =>
  isObjectType(type) && !type.name.startsWith('__') ? Object.values(type.getFields()) : [],
);

describe('the size of a list', () => {
  it('is published as it is counted', () => {
    const sizes = fields.flatMap(({ name, astNode }) => {
      const hint = astNode?.directives?.find((directive) => directive.name.value === 'listSize');
      const assumed = hint?.arguments?.find((argument) => argument.name.value === 'assumedSize')?.value;
      return assumed === undefined ? [] : [[name, valueFromASTUntyped(assumed)]];
    });
    const counted = Object.entries(LIST_SIZES).filter(([name]) => name !== '_entities');
    expect(Object.fromEntries(sizes)).toEqual(
      Object.fromEntries(counted.map(([name, { assumed }]) => [name, assumed])),
    );
  });

  it('is known for every list of objects that can be long', () => {
    const lists = fields.filter(({ type }) => isListType(isNonNullType(type) ? type.ofType : type));
    const unknown = lists.filter((field) => isObjectType(getNamedType(field.type)) && !(field.name in LIST_SIZES));
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
