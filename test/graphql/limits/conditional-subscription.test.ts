import { graphqlFixture } from '../graphql-fixture.js';

const SENTENCE = 'What is subscribed to must not depend on @skip or @include. Leave the directive out.';
const ON_FIELD = 'paymentUpdated(id: "pay_1") @skip(if: $left) { id }';

describe('a subscription whose field may be left out', () => {
  it.each([
    ['by a literal', 'subscription { paymentUpdated(id: "pay_1") @include(if: false) { id } }'],
    ['by a variable', `subscription ($left: Boolean!) { ${ON_FIELD} }`],
    ['by a variable with a default', `subscription ($left: Boolean = true) { ${ON_FIELD} }`],
    [
      'with the fragment that it is in',
      'subscription ($left: Boolean!) { ... @skip(if: $left) { paymentUpdated(id: "pay_1") { id } } }',
    ],
    [
      'in a fragment that is spread',
      `subscription ($left: Boolean!) { ...F } fragment F on Subscription { ...F ... { ${ON_FIELD} } }`,
    ],
    ['beside others', `query Q { __typename } subscription S($left: Boolean!) { ${ON_FIELD} }`],
  ])('is refused, and its text stays out of the log: %s', async (_title, query) => {
    const { send, logLines } = graphqlFixture();
    const { errors } = await send(query, { left: true });
    expect(errors.map(({ message, extensions }) => [message, extensions?.code])).toEqual([
      [SENTENCE, 'GRAPHQL_VALIDATION_FAILED'],
    ]);
    expect(logLines).toEqual([]);
  });

  it('is no matter below it, nor in a query', async () => {
    const { send } = graphqlFixture();
    const below = await send('subscription ($left: Boolean!) { paymentUpdated(id: "pay_1") { id @skip(if: $left) } }', {
      left: true,
    });
    expect(below.errors.map(({ message }) => message)).not.toContain(SENTENCE);
    const query = await send('query ($left: Boolean!) { __typename @skip(if: $left) }', { left: true });
    expect(query.data).toEqual({});
  });
});
