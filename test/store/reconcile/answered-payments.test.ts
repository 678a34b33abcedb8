import { claimedPayment, newUpdate } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';

describeStore('payments that prove lookups', (store) => {
  it('are the answered ones, newest first by time and not by id, by maker of the reference and by age', async () => {
    const { reconciliation, payments } = store();
    const ids = ['f', '0', '8'].map((digit) => `pay_${digit.repeat(32)}`);
    const claims = ids.map((id) => ({ id, merchantReferenceId: `cart-of-${id}`, referenceIsOurs: false }));
    for (const claim of claims) {
      await claimedPayment(store(), claim);
      await payments.record(claim.id, newUpdate({ fields: { orderId: `order-of-${claim.id}` } }));
    }
    const own = await claimedPayment(store());
    await payments.record(own, newUpdate({ fields: { orderId: 'order-of-our-reference' } }));
    await claimedPayment(store(), { merchantReferenceId: 'cart-without-an-order', referenceIsOurs: false });

    const listed = await reconciliation.listAnswered({ referenceIsOurs: false, olderThanMs: 0 });

    expect(listed).toEqual(
      [...claims].reverse().map(({ id, merchantReferenceId }) => ({ orderId: `order-of-${id}`, merchantReferenceId })),
    );
    expect(await reconciliation.listAnswered({ referenceIsOurs: false, olderThanMs: 3_600_000 })).toEqual([]);
    expect(await reconciliation.listAnswered({ referenceIsOurs: true, olderThanMs: 0 })).toEqual([
      { orderId: 'order-of-our-reference', merchantReferenceId: own },
    ]);
  });
});
