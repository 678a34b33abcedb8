import { LOCAL_CALLER, type Caller } from '../../../src/payments/access/caller.js';
import { createPaymentFinder } from '../../../src/payments/find-payments/find-payments.service.js';
import type { PaymentStore } from '../../../src/payments/ports/payment-store.js';
import { paymentWith } from '../../graphql/graphql-fixture.js';

const alice: Caller = { ...LOCAL_CALLER, scope: 'alice' };
const FILTER = { statuses: null, createdFromMs: null, createdBeforeMs: null, merchantReferenceId: null };

/** Keeps the questions, and answers them with another scope's payments. */
function forgetfulStore() {
  const asked: unknown[] = [];
  const theirs = paymentWith({ scope: 'bob' });
  const store = {
    findByIds: (...question: unknown[]) => (asked.push(question), Promise.resolve([theirs])),
    findByOrderIds: (...question: unknown[]) => (asked.push(question), Promise.resolve([theirs])),
    findByIdempotencyKey: (...question: unknown[]) => (asked.push(question), Promise.resolve(null)),
    listPayments: (...question: unknown[]) => (asked.push(question), Promise.resolve([])),
  } as unknown as PaymentStore;
  return { asked, find: createPaymentFinder(store) };
}

describe('looking payments up', () => {
  it('asks the store for the caller’s own only: another’s takes the time of a missing one', async () => {
    const { asked, find } = forgetfulStore();
    await find.byIds(['pay_1', 'pay_2'], alice);
    await find.byOrderIds(['order_1'], alice);
    await find.byIdempotencyKey('key', alice);
    await find.page({ first: 1, after: null, filter: FILTER }, alice);
    expect(asked).toEqual([
      [
        [
          { id: 'pay_1', scope: 'alice' },
          { id: 'pay_2', scope: 'alice' },
        ],
      ],
      ['alice', ['order_1']],
      ['alice', 'key'],
      ['alice', { limit: 2, after: null, filter: FILTER }],
    ]);
  });

  it('shows nothing of somebody else’s even if the store does', async () => {
    const { find } = forgetfulStore();
    expect([await find.byIds(['pay_1'], alice), await find.byOrderIds(['order_1'], alice)]).toEqual([[null], [null]]);
  });
});
