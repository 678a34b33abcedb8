import { CREATE_PAYMENT, paymentInput, readLedger, send } from '../support/graphql-client.js';
import { WAYS_TO_PROVIDER, type WayToProvider } from './ways-to-provider.js';
import { startFleet, type Fleet } from './fleet.js';

const CALLS = 200;

describe.each(WAYS_TO_PROVIDER)('two hundred calls at once with one key on three replicas, $way', ({ open }) => {
  let way: WayToProvider;
  let fleet: Fleet;
  beforeAll(async () => {
    // None of them is about an answer that comes too late, on a busy machine either.
    way = await open();
    fleet = await startFleet(3, { CLINK_TIMEOUT_MS: '20000', ...way.env });
  });
  afterAll(async () => {
    await fleet.close();
    await way.close();
  });

  async function callAll(
    input: Readonly<Record<string, unknown>>,
  ): Promise<{ payment: { id: string }; replayed: boolean }[]> {
    const urls = fleet.replicas.map((replica) => replica.url());
    return Promise.all(
      Array.from({ length: CALLS }, (_, turn) => payAgainWhileTurnedAway(urls[turn % urls.length] ?? '', input)),
    );
  }

  it.each([
    ['pays at once', 'pi_card_ok'],
    ['is answered only after a challenge', 'pi_card_3ds'],
    ['gets no answer from the provider', 'pi_reset_charged'],
  ])('make one order and name one payment where it %s', async (_case, paymentInstrumentId) => {
    const before = await readLedger(fleet.sandbox.url);

    const results = await callAll(paymentInput({ paymentInstrumentId }));

    const ids = new Set(results.map(({ payment }) => payment.id));
    const after = await readLedger(fleet.sandbox.url);
    expect(results).toHaveLength(CALLS);
    expect(ids.size).toBe(1);
    expect(after.orders.length - before.orders.length).toBe(1);
    expect(after.orders.filter(({ gatewayPaymentId }) => ids.has(gatewayPaymentId ?? ''))).toHaveLength(1);
  });
});

/** On a slow machine so many at once are an overload: who is turned away with nothing done comes again. */
async function payAgainWhileTurnedAway(
  url: string,
  input: Readonly<Record<string, unknown>>,
): Promise<{ payment: { id: string }; replayed: boolean }> {
  for (;;) {
    const { body } = await send(url, CREATE_PAYMENT, { input });
    const code = (body.errors?.[0]?.extensions.code ?? body.data?.createPayment.code) as string | undefined;
    if (code === 'OVERLOADED' || code === 'STORE_UNAVAILABLE') continue;
    if (body.errors !== undefined) throw new Error(`unexpected GraphQL errors: ${JSON.stringify(body.errors)}`);
    return body.data.createPayment as { payment: { id: string }; replayed: boolean };
  }
}
