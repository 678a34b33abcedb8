import { claimedPayment, newUpdate } from '../store/support/payments.fixture.js';
import { send } from '../support/graphql-client.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

const ENTITIES = /* GraphQL */ `
  query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      ... on Payment {
        id
        orderId
        timeline {
          id
        }
      }
    }
  }
`;

describe('_entities over PostgreSQL', () => {
  let gateway: Gateway<'database'>;
  let ids: string[];
  beforeAll(async () => {
    gateway = await startGateway({ with: ['database'], env: { RECONCILE_INTERVAL_MS: '600000' } });
    ids = await Promise.all(Array.from({ length: 99 }, () => claimedPayment(gateway.store)));
    await Promise.all(ids.map((id) => giveOrder(id)));
    await find([{ id: ids[0] }]); // A connection is there from now on.
  });
  afterAll(() => gateway.close());

  it('finds a hundred payments by id with one statement, in order, and null for an unknown one', async () => {
    const asked = [...ids.slice(0, 50), 'pay_of_nobody', ...ids.slice(50)];
    const before = gateway.reads();
    const found = await find(asked.map((id) => ({ id })));
    expect(gateway.reads() - before).toBe(1);
    expect(found.map((payment) => payment?.id ?? null)).toEqual(
      asked.map((id) => (id === 'pay_of_nobody' ? null : id)),
    );
    expect(found[0]?.timeline).toHaveLength(2);
  });

  it('finds a hundred payments by order with one statement, in order, and null for an order of somebody else', async () => {
    const asked = [...ids.map((id) => `order_of_${id}`).reverse(), 'order_of_another_shop'];
    const before = gateway.reads();
    const found = await find(asked.map((orderId) => ({ orderId })));
    expect(gateway.reads() - before).toBe(1);
    expect(found.map((payment) => payment?.orderId ?? null)).toEqual([...asked.slice(0, -1), null]);
  });

  it('reads a payment that is named twice once', async () => {
    const before = gateway.reads();
    const found = await find([{ id: ids[3] }, { id: ids[3] }]);
    expect([gateway.reads() - before, found.map((payment) => payment?.id)]).toEqual([1, [ids[3], ids[3]]]);
  });

  it('shows nobody the payments of another scope', async () => {
    const foreign = await claimedPayment(gateway.store, { scope: 'another shop' });
    await gateway.store.payments.record(foreign, newUpdate({ fields: { orderId: 'order_of_another_scope' } }));
    const before = gateway.reads();
    expect(await find([{ id: foreign }, { id: ids[0] }])).toMatchObject([null, { id: ids[0] }]);
    expect(await find([{ orderId: 'order_of_another_scope' }])).toEqual([null]);
    expect(gateway.reads() - before).toBe(2);
  });

  it('asks the store nothing for references that no payment can have', async () => {
    const before = gateway.reads();
    expect(await find([{}, { id: '' }, { id: 7.5 }, { orderId: null }, { id: 'x'.repeat(300) }])).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(gateway.reads()).toBe(before);
  });

  it('refuses more than a hundred, asking the store nothing', async () => {
    const before = gateway.reads();
    const { body } = await send(gateway.url, ENTITIES, {
      representations: Array.from({ length: 101 }, () => ({ __typename: 'Payment', id: ids[0] })),
    });
    expect(gateway.reads()).toBe(before);
    expect(body.errors?.[0]?.message).toBe(
      'The argument "representations" takes at most 100 entities, and 101 were given. Ask for them in several requests.',
    );
  });

  async function find(keys: readonly Record<string, unknown>[]): Promise<FoundPayment[]> {
    const representations = keys.map((key) => ({ __typename: 'Payment', ...key }));
    const { body } = await send(gateway.url, ENTITIES, { representations });
    expect(body.errors).toBeUndefined();
    return body.data._entities as FoundPayment[];
  }

  async function giveOrder(id: string): Promise<void> {
    await gateway.store.payments.record(id, newUpdate({ fields: { orderId: `order_of_${id}` } }));
  }
});

type FoundPayment = { readonly id: string; readonly orderId: string | null; readonly timeline: unknown[] } | null;
