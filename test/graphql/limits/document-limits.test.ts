import { readFileSync } from 'node:fs';
import { graphqlFixture } from '../graphql-fixture.js';

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const tooMuch = (most: number, what: string): string =>
  `The operation asks for too much: at most ${most} ${what} are answered.`;
const ofOneName = tooMuch(30, 'selections of one name in one place');
const selections = tooMuch(2_000, 'selections, fragments counted wherever they are spread,');

/** Each asks for a field that is not there as well: validation would say so. */
const LONG_DOCUMENTS: readonly (readonly [title: string, query: string, message: string])[] = [
  [
    'a thousand fragments',
    `{ nothing } ${times(1_000, (i) => `fragment F${i} on Payment { id }`)}`,
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
    `{ nothing payment(id: "1") { ${times(40, (i) => `...F${i}`)} } } ` +
      times(40, (i) => `fragment F${i} on Payment { id }`),
    ofOneName,
  ],
  [
    'fields of one name in a fragment that is not spread',
    `{ nothing } fragment F on Payment { ${'id '.repeat(500)} }`,
    ofOneName,
  ],
  [
    'fragments that spread each other twice and twice again',
    '{ nothing payment(id: "1") { ...F0 } } fragment F30 on Payment { id } ' +
      times(30, (i) => `fragment F${i} on Payment { ...F${i + 1} ...F${i + 1} }`),
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

const NAME = 'n'.repeat(100);
const tooLongName = tooMuch(100, 'characters of a name');
const tooManyCharacters = tooMuch(64_000, 'characters of a document');
const tooManyLineBreaks = tooMuch(1_000, 'line breaks of a document');
const padded = (query: string, length: number): string => query.padEnd(length, ' ');

/** Each just keeps the limit; with one character more, where the mark is, it does not. */
const NAMES: readonly (readonly [title: string, query: string])[] = [
  ['an alias', `{ ${NAME}•: __typename }`],
  ['an operation', `query ${NAME}• { __typename }`],
  ['a variable', `query ($${NAME}•: Boolean = true) { __typename @include(if: $${NAME}•) }`],
  ['a fragment', `{ ...${NAME}• } fragment ${NAME}• on Query { __typename }`],
];

describe('a name of great length', () => {
  it.each(NAMES)('is taken while it keeps the limit: that of %s', async (_title, query) => {
    const { errors } = await graphqlFixture().send(query.replaceAll('•', ''));
    expect(errors).toEqual([]);
  });

  it.each<readonly [title: string, query: string]>([
    ...NAMES,
    ['a field', `{ ${NAME}• }`],
    ['an argument', `{ payment(${NAME}•: "1") { id } }`],
    ['a directive', `{ __typename @${NAME}• }`],
    ['a type', `{ ... on ${NAME}• { __typename } }`],
    ['a value', `{ payments(filter: { status: [${NAME}•] }) { edges { cursor } } }`],
    ['a field of an input', `{ payments(filter: { ${NAME}•: 1 }) { edges { cursor } } }`],
  ])('is refused, once and without the name: that of %s', async (_title, query) => {
    const { errors } = await graphqlFixture().send(query.replaceAll('•', 'x'));
    expect(errors).toEqual([
      {
        message: tooLongName,
        locations: [{ line: 1, column: 1 }],
        extensions: { code: 'DOCUMENT_LIMIT_EXCEEDED', requestId: 'req_test' },
      },
    ]);
  });

  it('may stand in a text', async () => {
    const { errors } = await graphqlFixture().send(`{ payment(id: "${NAME}${NAME}") { id } }`);
    expect(errors).toEqual([]);
  });
});

/** Nothing of these is parsed: the second is not GraphQL at all. */
const LONG_TEXTS: readonly (readonly [title: string, query: string, message: string])[] = [
  ['one blank more than is taken', padded('{ __typename }', 64_001), tooManyCharacters],
  ['a text that is no document', '\u2028'.repeat(64_001), tooManyCharacters],
  ['a line feed more', `{ __typename }${'\n'.repeat(1_001)}`, tooManyLineBreaks],
  ['a carriage return more', `{ __typename }${'\r'.repeat(1_001)}`, tooManyLineBreaks],
  ['both together once more', `{ __typename }${'\r\n'.repeat(1_001)}`, tooManyLineBreaks],
  ['one more, of different kinds', `{${'\n \r '.repeat(500)}\n __typename }`, tooManyLineBreaks],
  ['a line more in a block string', `{ payment(id: """${'\n'.repeat(1_001)}""") { id } }`, tooManyLineBreaks],
  ['a line more in comments', `{ __typename ${'# no\n'.repeat(1_001)} }`, tooManyLineBreaks],
];

describe('the text of a document', () => {
  it.each(LONG_TEXTS)('is refused before it is parsed: %s', async (_title, query, message) => {
    const { errors, data } = await graphqlFixture().send(query);
    expect(data).toBeUndefined();
    expect(errors).toEqual([{ message, extensions: { code: 'DOCUMENT_LIMIT_EXCEEDED', requestId: 'req_test' } }]);
  });

  it.each([
    ['as many characters', padded('{ __typename }', 64_000)],
    ['as many line feeds', `{ __typename }${'\n'.repeat(1_000)}`],
    ['as many carriage returns with line feeds', `{ __typename }${'\r\n'.repeat(1_000)}`],
    ['as many lines of a block string', `{ payment(id: """${'\n'.repeat(1_000)}""") { id } }`],
  ])('is taken with %s as are taken', async (_title, query) => {
    const { errors } = await graphqlFixture().send(query);
    expect(errors).toEqual([]);
  });
});

const asManyBytes = tooMuch(8_000_000, 'bytes in the answer, texts counted at their full length,');
const WHOLE_PAYMENT = readFileSync('schema/operations/payment-fields.graphql', 'utf8');

describe('an answer of great length', () => {
  it.each([
    ['values of metadata', `metadata { a: value b: value c: value }`],
    ['lists of them', `a: metadata { value } b: metadata { value } c: metadata { value }`],
    ['lines of a payment’s life', times(12, (i) => `a${i}: timeline { detail }`)],
    ['codes to scan', `action { ... on WalletQr { ${times(21, (i) => `a${i}: imageUrlPng`)} } }`],
  ])('is refused before it is made: %s', async (_title, fields) => {
    const { errors } = await graphqlFixture().send(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Payment { ${fields} } } }`,
      { r: Array(100).fill({ __typename: 'Payment', id: 'pay_1' }) },
    );
    expect(errors.map((error) => error.message)).toEqual([asManyBytes]);
  });

  it('is made where it is a page of whole payments', async () => {
    const page = 'query ($n: Int) { payments(first: $n) { edges { cursor node { ...PaymentFields } } } }';
    const { errors } = await graphqlFixture({
      find: { page: () => Promise.resolve({ entries: [], hasMore: false }) },
    }).send(`${page} ${WHOLE_PAYMENT}`);
    expect(errors).toEqual([]);
  });
});

describe('a document with many mistakes', () => {
  it.each([
    ['unknown fields', `{ payment(id: "1") { ${times(110, (i) => `a${i}`)} } }`],
    ['unused variables', `query (${times(150, (i) => `$v${i}: Int`)}) { __typename }`],
    ['unused fragments', `{ __typename } ${times(50, (i) => `fragment F${i} on Payment { id }`)}`],
  ])('is answered with twenty of them, and that there are more: %s', async (_title, query) => {
    const { errors } = await graphqlFixture().send(query);
    expect(errors).toHaveLength(21);
    expect(errors.at(-1)?.message).toBe('Too many validation errors, error limit reached. Validation aborted.');
  });

  it('is answered with a limit once, however many operations exceed it', async () => {
    const operations = times(40, (i) => `query Q${i} { ...F }`);
    const { errors } = await graphqlFixture().send(
      `${operations} fragment F on Query { ${times(31, (i) => `a${i}: __typename`)} }`,
    );
    expect(errors.map((error) => error.message)).toEqual([
      tooMuch(30, 'aliases'),
      tooMuch(20, 'fields at the top of an operation'),
    ]);
  });
});
