import { graphqlFixture, paymentWith } from '../graphql-fixture.js';

const ENTITIES =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Payment { id } } }';
const NO_ENTITY =
  'Each entry of the argument "representations" is an object with a __typename that is an entity of this subgraph ' +
  '(Payment) and the fields of one of its keys.';

describe('_entities', () => {
  it.each([
    ['an unknown type', { __typename: 'Canary', id: 'pay_1' }],
    ['a type that is no entity', { __typename: 'Money', amount: 'canary' }],
    ['an entity of another subgraph, without its key', { __typename: 'Product' }],
    ['a scalar', { __typename: 'String', id: 'canary' }],
    ['a name that every object has', { __typename: 'constructor' }],
    ['no type', { id: 'canary' }],
    ['a type that is no text', { __typename: { canary: 1 }, id: 'pay_1' }],
    ['a text', 'canary'],
    ['a number', 7],
    ['a list', [{ __typename: 'Payment', id: 'canary' }]],
  ])(
    'refuses %s beside a payment as the mistake that it is, and shows nothing of it',
    async (_what, representation) => {
      const { send, logLines } = graphqlFixture({ payments: [paymentWith()] });
      const { data, errors } = await send(ENTITIES, {
        representations: [{ __typename: 'Payment', id: 'pay_1' }, representation],
      });
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ message: NO_ENTITY, extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(logLines).toEqual([]);
    },
  );

  it('finds nothing for keys that no payment has', async () => {
    const keys = [{ id: null }, { id: { canary: 1 } }, { orderId: ['canary'] }, {}];
    const { send, logLines } = graphqlFixture();
    const { data, errors } = await send(ENTITIES, {
      representations: keys.map((key) => ({ __typename: 'Payment', ...key })),
    });
    expect([data, errors, logLines]).toEqual([{ _entities: [null, null, null, null] }, [], []]);
  });
});
