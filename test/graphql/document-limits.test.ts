import { graphqlFixture } from './graphql-fixture.js';

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const tooMuch = (most: number, what: string): string =>
  `The operation asks for too much: at most ${most} ${what} are answered.`;
const ofOneName = tooMuch(30, 'selections of one name in one place');
const selections = tooMuch(2_000, 'selections, fragments counted wherever they are spread,');

/** Each asks for a field that is not there as well: validation would say so. */
const LONG_DOCUMENTS: readonly (readonly [title: string, query: string, message: string])[] = [
  [
    'two thousand fragments',
    `{ nothing } ${times(2_000, (i) => `fragment F${i} on Payment { id }`)}`,
    'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
  ],
  [
    'fifty-one fragments',
    `{ nothing } ${times(51, (i) => `fragment F${i} on Payment { id }`)}`,
    tooMuch(50, 'fragments'),
  ],
  ['a thousand fields of one name', `{ nothing payment(id: "1") { ${'id '.repeat(1_000)} } }`, ofOneName],
  [
    'a thousand aliases of one name, which would be in conflict',
    `{ nothing payment(id: "1") { ${times(300, (i) => `a: ${i % 2 === 0 ? 'id' : 'orderId'}`)} } }`,
    ofOneName,
  ],
  [
    'fields of one name in inline fragments',
    `{ nothing payment(id: "1") { ${'... { id } '.repeat(300)} } }`,
    ofOneName,
  ],
  [
    'fields of one name that meet through their parents',
    `{ nothing payment(id: "1") { ${`amount { ${'currency '.repeat(8)} } `.repeat(8)} } }`,
    ofOneName,
  ],
  [
    'fields of one name that meet through fragments',
    `{ nothing payment(id: "1") { ${times(40, (i) => `...F${i}`)} } } ${times(40, (i) => `fragment F${i} on Payment { id }`)}`,
    ofOneName,
  ],
  [
    'fields of one name in a fragment that nobody spreads',
    `{ nothing } fragment F on Payment { ${'id '.repeat(500)} }`,
    ofOneName,
  ],
  [
    'fragments that spread each other twice and twice again',
    `{ nothing payment(id: "1") { ...F0 } } ${times(30, (i) => `fragment F${i} on Payment { ...F${i + 1} ...F${i + 1} }`)} fragment F30 on Payment { id }`,
    selections,
  ],
];

describe('a document of great length', () => {
  it.each(LONG_DOCUMENTS)('is refused before it is validated: %s', async (_title, query, message) => {
    const { errors } = await graphqlFixture().send(query);
    expect(errors.map((error) => error.message)).toContain(message);
    expect(new Set(errors.map(({ extensions }) => extensions?.code))).toEqual(new Set(['DOCUMENT_LIMIT_EXCEEDED']));
  });

  it('is taken while it keeps the limits', async () => {
    const spreads = times(20, (i) => `...F${i}`);
    const fragments = times(20, (i) => `fragment F${i} on Payment { id amount { currency } }`);
    const { errors } = await graphqlFixture().send(`{ payment(id: "pay_1") { ${spreads} } } ${fragments}`);
    expect(errors).toEqual([]);
  });

  it('is judged each time that it is sent', async () => {
    const { send } = graphqlFixture();
    const query = `{ payment(id: "1") { ${'id '.repeat(100)} } }`;
    const answers = [await send(query), await send(query)];
    expect(answers.map(({ errors }) => errors[0]?.message)).toEqual([ofOneName, ofOneName]);
  });
});
