import { createPayment, paymentInput, readLedger, type LedgerEntry } from '../support/graphql-client.js';
import { startFleet, type Fleet, type Replica } from './fleet.js';
import { paymentOnce } from '../support/payment-once.js';
import { WAYS_TO_PROVIDER, type WayToProvider } from './ways-to-provider.js';
import { CHARGES, CLAIMS, STORES_ANSWER } from './wire-texts.js';

type Input = ReturnType<typeof paymentInput>;

/** Time to kill a gateway or to stop the database before the gateway gives up, on a busy machine too. */
const PATIENT = { CLINK_TIMEOUT_MS: '5000' };

const BOUNDARIES = [
  { moment: 'before its claim arrives', way: 'toDatabase', text: CLAIMS, held: 'request', kept: false, charges: 0 },
  {
    moment: 'after the claim, before sending',
    way: 'toDatabase',
    text: CLAIMS,
    held: 'answer',
    kept: true,
    charges: 0,
  },
  {
    moment: 'while the request is on its way',
    way: 'toProvider',
    text: CHARGES,
    held: 'request',
    kept: true,
    charges: 0,
  },
  {
    moment: 'charged, before it is answered',
    way: 'toProvider',
    text: CHARGES,
    held: 'answer',
    kept: true,
    charges: 1,
  },
  {
    moment: 'before it stores the answer',
    way: 'toDatabase',
    text: STORES_ANSWER,
    held: 'request',
    kept: true,
    charges: 1,
  },
  {
    moment: 'before it tells the client',
    way: 'toDatabase',
    text: STORES_ANSWER,
    held: 'answer',
    kept: true,
    charges: 1,
  },
] as const;

describe.each(WAYS_TO_PROVIDER)('a gateway that is killed, $way', ({ open }) => {
  let way: WayToProvider;
  let fleet: Fleet;
  let victim: Replica;
  let survivor: Replica;
  const inputs = new Map<string, Input>();

  beforeAll(async () => {
    way = await open();
    fleet = await startFleet(2, { ...PATIENT, ...way.env });
    [victim, survivor] = fleet.replicas as [Replica, Replica];
    // That lookups find nothing proves something only where they have found an answered payment.
    await createPayment(survivor.url(), paymentInput());
    for (const boundary of BOUNDARIES) inputs.set(boundary.moment, await killAt(boundary));
  });
  afterAll(async () => {
    await fleet.close();
    await way.close();
  });

  async function killAt({ way, text, held }: (typeof BOUNDARIES)[number]): Promise<Input> {
    const input = paymentInput();
    const hold = victim[way].holdNext(text, held);
    const call = createPayment(victim.url(), input).catch(() => 'not answered');
    await hold.reached;
    await victim.gateway.kill();
    // What was held up dies with its connection, also where nobody has noticed yet that the gateway is gone.
    victim[way].cut();
    hold.release();
    expect(await call).toBe('not answered');
    await victim.start();
    return input;
  }

  function inputOf(moment: string): Input {
    const input = inputs.get(moment);
    if (input === undefined) throw new Error('nothing was killed at that moment');
    return input;
  }

  async function ordersOf(paymentId: unknown): Promise<LedgerEntry[]> {
    const { orders } = await readLedger(fleet.sandbox.url);
    return orders.filter(({ gatewayPaymentId }) => gatewayPaymentId === paymentId);
  }

  it.each(BOUNDARIES.filter(({ charges }) => charges === 1))(
    '$moment has charged once, and the others find it out',
    async ({ moment }) => {
      const payment = await paymentOnce(survivor.url(), inputOf(moment), ({ status }) => status === 'SUCCEEDED');

      expect(await ordersOf(payment.id)).toHaveLength(1);
      expect(await createPayment(survivor.url(), inputOf(moment))).toMatchObject({
        __typename: 'CreatePaymentSuccess',
        replayed: true,
        payment: { id: payment.id, status: 'SUCCEEDED' },
      });
    },
  );

  it.each(BOUNDARIES.filter(({ charges, kept }) => charges === 0 && kept))(
    '$moment has charged nothing, and the others prove it',
    async ({ moment }) => {
      const payment = await paymentOnce(survivor.url(), inputOf(moment), ({ status }) => status === 'FAILED');

      expect(payment.failure).toMatchObject({ code: 'NEVER_REACHED_PROVIDER', retry: 'USE_NEW_KEY' });
      expect(await ordersOf(payment.id)).toEqual([]);
    },
  );

  it('before its claim arrives leaves nothing behind: the next call with the key charges', async () => {
    const result = await createPayment(survivor.url(), inputOf('before its claim arrives'));

    expect(result).toMatchObject({ replayed: false, payment: { status: 'SUCCEEDED' } });
    expect(await ordersOf(result.payment.id)).toHaveLength(1);
  });
});

describe('a gateway that outlives its helpers', () => {
  let fleet: Fleet;
  let sleeper: Replica;
  let waking: Replica;
  beforeAll(async () => {
    fleet = await startFleet(2, PATIENT);
    [sleeper, waking] = fleet.replicas as [Replica, Replica];
    await createPayment(waking.url(), paymentInput());
  });
  afterAll(() => fleet.close());

  it('sends nothing when it wakes up after others have concluded about its claim', async () => {
    const input = paymentInput();
    const before = await readLedger(fleet.sandbox.url);
    const hold = sleeper.toDatabase.holdNext(CLAIMS, 'answer');
    const call = createPayment(sleeper.url(), input);
    await hold.reached;
    sleeper.gateway.freeze();
    await paymentOnce(waking.url(), input, ({ status }) => status === 'FAILED');

    hold.release();
    sleeper.gateway.thaw();

    expect(await call).toMatchObject({ __typename: 'ProviderUnavailable', retry: 'RETRY_SAME_KEY' });
    expect(await createPayment(sleeper.url(), input)).toMatchObject({
      replayed: true,
      payment: { status: 'FAILED', failure: { code: 'NEVER_REACHED_PROVIDER' } },
    });
    expect((await readLedger(fleet.sandbox.url)).orders).toHaveLength(before.orders.length);
  });

  it.each(['fast', 'immediate'] as const)(
    'stores an answer that came while the database was stopped (%s)',
    async (mode) => {
      const input = paymentInput();
      const hold = waking.toProvider.holdNext(CHARGES, 'answer');
      const call = createPayment(waking.url(), input);
      await hold.reached;
      await fleet.postgres.stop(mode);
      hold.release();

      expect(await call).toMatchObject({ __typename: 'PaymentOutcomeUnknown', retry: 'WAIT_AND_QUERY' });

      await fleet.postgres.start();
      const payment = await paymentOnce(waking.url(), input, ({ status }) => status === 'SUCCEEDED');
      const { charges } = await readLedger(fleet.sandbox.url);
      expect(charges.filter(({ gatewayPaymentId }) => gatewayPaymentId === payment.id)).toHaveLength(1);
    },
  );
});
