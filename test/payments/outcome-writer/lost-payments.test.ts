import { createPaymentChanges, type ClosablePaymentChanges } from '../../../src/events/payment-changes.js';
import { LOCAL_CALLER } from '../../../src/payments/access/caller.js';
import { systemClock as clock } from '../../../src/shared/clock.js';
import { paymentIdOf } from '../../../src/shared/ids.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { answerJson, PAID, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';
import { command, createTestClient, type TestClient } from '../../clink/support/test-client.js';
import { embeddedOptions, silentLog } from '../../store/support/test-store-options.js';
import { newDataDir } from '../../store/support/test-stores.js';
import { newEvent } from '../../store/support/webhook-inbox.fixture.js';
import { openService } from '../create-payment/payment-service.fixture.js';

describe('a key whose payment the database has lost', () => {
  let clink: FakeClink;
  let client: TestClient;
  let store: Store;
  let changes: ClosablePaymentChanges;

  beforeAll(async () => {
    clink = await startFakeClink((response) => answerJson(response, PAID));
    client = createTestClient({ baseUrl: clink.baseUrl });
    store = await openStore(embeddedOptions(newDataDir()));
    changes = createPaymentChanges({ source: store.changes, clock, log: silentLog });
  });
  afterAll(async () => {
    await client.close();
    await clink.close();
    await changes.close();
    await store.close();
  });

  it('is not charged again where a provider event tells of it: the outcome is unknown, with an alarm', async () => {
    const { createPayment, alarms } = openService({ store: store.payments, provider: client, changes });
    const lost = command({ idempotencyKey: 'lost-by-a-failover-0001' });
    const id = paymentIdOf(LOCAL_CALLER.scope, lost.idempotencyKey);
    await store.inbox.receive(
      newEvent({ receivedAtMs: clock.now(), match: { orderId: 'order_lost', gatewayPaymentId: id } }),
    );

    expect(await createPayment(lost, LOCAL_CALLER)).toMatchObject({ kind: 'unknown', payment: { id } });
    expect(alarms).toEqual(['payment.row-lost']);
    expect(clink.requests).toHaveLength(0);

    await createPayment(command({ idempotencyKey: 'never-used-before-0001' }), LOCAL_CALLER);
    expect(clink.requests).toHaveLength(1);
  });
});
