import { claimedPayment, newUpdate } from '../store/support/payments.fixture.js';
import { send } from '../support/graphql-client.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

const PAYMENTS = /* GraphQL */ `
  query ($first: Int, $after: String, $filter: PaymentFilter) {
    payments(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          id
          status
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

interface Page {
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: { readonly id: string; readonly status: string };
  }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

describe('payments over PostgreSQL', () => {
  let gateway: Gateway<'database'>;
  /** Newest first. */
  const ids: string[] = [];
  beforeAll(async () => {
    gateway = await startGateway({ with: ['database'], env: { RECONCILE_INTERVAL_MS: '600000' } });
    for (let index = 0; index < 7; index++) ids.unshift(await claimedPayment(gateway.store));
    await claimedPayment(gateway.store, { scope: 'another shop' });
    // Days apart, except for three that one microsecond parts or nothing at all.
    const times = ['07', '06', '05', '04T00:00:00.000002', '04T00:00:00.000001', '04T00:00:00.000001', '01'];
    const sorted = [...ids.slice(0, 4), ...ids.slice(4, 6).sort().reverse(), ...ids.slice(6)];
    ids.splice(0, ids.length, ...sorted);
    for (const [index, id] of ids.entries())
      await gateway.sql(`UPDATE payments SET created_at = '2026-01-${times[index] ?? ''}Z' WHERE id = '${id}'`);
  });
  afterAll(() => gateway.close());

  it('are listed newest first, only the caller’s own', async () => {
    const page = await list({});
    expect(idsOf(page)).toEqual(ids);
    expect(page.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: page.edges[0]?.cursor,
      endCursor: page.edges[6]?.cursor,
    });
  });

  it.each([1, 2, 3, 6, 7, 100])('come whole in pages of %i, each by one statement', async (first) => {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const before = gateway.reads();
      const page = await list({ first, after });
      expect(gateway.reads() - before).toBe(1);
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      found.push(...idsOf(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(found).toEqual(ids);
  });

  it('do not shift when another is made between two pages', async () => {
    const { pageInfo } = await list({ first: 2 });
    const late = await claimedPayment(gateway.store);
    expect(idsOf(await list({ first: 2, after: pageInfo.endCursor }))).toEqual(ids.slice(2, 4));
    await gateway.sql(`UPDATE payments SET scope = 'another shop' WHERE id = '${late}'`);
  });

  it('are found by status, where a failure that was inferred is a failure as well', async () => {
    const { payments } = gateway.store;
    await payments.record(ids[1] ?? '', newUpdate({ state: 'FAILED_INFERRED' }));
    await payments.record(ids[2] ?? '', newUpdate({ state: 'FAILED' }));
    await payments.record(ids[3] ?? '', newUpdate({ state: 'SUCCEEDED' }));
    expect(idsOf(await list({ filter: { status: ['FAILED'] } }))).toEqual([ids[1], ids[2]]);
    expect(idsOf(await list({ filter: { status: ['SUCCEEDED', 'FAILED'] } }))).toEqual([ids[1], ids[2], ids[3]]);
    expect(idsOf(await list({ filter: { status: [] } }))).toEqual([]);
  });

  it('are found by when they were made, the end not included', async () => {
    const filter = { createdFrom: '2026-01-05T00:00:00Z', createdBefore: '2026-01-07T00:00:00Z' };
    expect(idsOf(await list({ filter }))).toEqual([ids[1], ids[2]]);
  });

  it('are found by the merchant’s reference, among the caller’s own', async () => {
    const id = await claimedPayment(gateway.store, { merchantReferenceId: 'cart 7', referenceIsOurs: false });
    await claimedPayment(gateway.store, {
      ...{ merchantReferenceId: 'cart 7', referenceIsOurs: false },
      scope: 'another shop',
    });
    expect(idsOf(await list({ filter: { merchantReferenceId: 'cart 7' } }))).toEqual([id]);
  });

  it.each([
    [{ first: 0 }, 'The argument "first" takes a number from 1 to 100.'],
    [{ first: -1 }, 'The argument "first" takes a number from 1 to 100.'],
    [{ first: 101 }, 'The argument "first" takes a number from 1 to 100.'],
    [{ after: '' }, 'The argument "after" takes a cursor that `payments` has answered with, unchanged.'],
    [{ after: 'nonsense' }, 'The argument "after" takes a cursor that `payments` has answered with, unchanged.'],
  ])('refuse %j without asking the store', async (variables, message) => {
    const before = gateway.reads();
    const { body } = await send(gateway.url, PAYMENTS, variables);
    expect(body.errors).toEqual([expect.objectContaining({ message, path: ['payments'] })]);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(gateway.reads()).toBe(before);
  });

  it('are read from the index, however many there are', async () => {
    await gateway.sql('ANALYZE payments');
    const [plan] = await gateway.sql(`SET enable_seqscan = off;
      EXPLAIN (FORMAT JSON) SELECT id FROM payments WHERE scope = 'local' ORDER BY created_at DESC, id DESC LIMIT 21`);
    const text = JSON.stringify(plan);
    expect(text).toContain('payments_by_scope_newest_first');
    expect(text).not.toContain('"Sort"');
  });

  async function list(variables: Record<string, unknown>): Promise<Page> {
    const { body } = await send(gateway.url, PAYMENTS, variables);
    expect(body.errors).toBeUndefined();
    return body.data.payments as Page;
  }
});

function idsOf({ edges }: Page): string[] {
  return edges.map(({ node }) => node.id);
}
