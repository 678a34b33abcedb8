import { createPaymentChanges, type ClosablePaymentChanges } from '../../../src/events/payment-changes.js';
import { LOCAL_CALLER } from '../../../src/payments/access/caller.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { openStore, type Store } from '../../../src/store/open-store.js';
import { answerJson, PAID, startFakeClink, type FakeClink } from '../../clink/support/fake-clink.js';
import { command, createTestClient, type TestClient } from '../../clink/support/test-client.js';
import { embeddedOptions, silentLog } from '../../store/support/test-store-options.js';
import { newDataDir } from '../../store/support/test-stores.js';
import { openService, storeWith } from './payment-service.fixture.js';

const SEND_WINDOW_MS = 5_000;

describe('the time to send', () => {
  let clink: FakeClink;
  let client: TestClient;
  let store: Store;
  let changes: ClosablePaymentChanges;
  let lateMs = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => Date.now() + lateMs,
    monotonicNow: () => performance.now() + lateMs,
  };

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

  /** A service whose store confirms a claim or a takeover only once the time to send is over. */
  function openLateService(late: { readonly claims: boolean; readonly takeovers: boolean }) {
    const pass = <T>(isLate: boolean, answer: T): T => {
      if (isLate) lateMs += SEND_WINDOW_MS;
      return answer;
    };
    const { payments } = store;
    return openService({
      store: storeWith(payments, {
        claim: async (...asked) => pass(late.claims, await payments.claim(...asked)),
        takeOver: async (...asked) => pass(late.takeovers, await payments.takeOver(...asked)),
      }),
      provider: client,
      changes,
      clock,
      sendWindowMs: SEND_WINDOW_MS,
    });
  }

  it('begins before the claim or the takeover is asked for: one confirmed too late is never sent', async () => {
    const payment = command({ idempotencyKey: 'late-claims-0123456789' });

    const claimedLate = await openLateService({ claims: true, takeovers: false }).createPayment(payment, LOCAL_CALLER);
    const takenOverLate = await openLateService({ claims: false, takeovers: true }).createPayment(
      payment,
      LOCAL_CALLER,
    );

    expect([claimedLate.kind, takenOverLate.kind]).toEqual(['unavailable', 'unavailable']);
    expect(clink.requests).toHaveLength(0);

    const inTime = await openLateService({ claims: false, takeovers: false }).createPayment(payment, LOCAL_CALLER);

    expect(inTime).toMatchObject({ kind: 'created', payment: { state: 'SUCCEEDED' } });
    expect(clink.requests).toHaveLength(1);
  });
});
