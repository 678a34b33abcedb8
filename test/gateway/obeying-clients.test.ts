import { randomUUID } from 'node:crypto';
import { CONFLICT_ADVICE, PAYMENT_ERRORS, type RetryAdvice } from '../../src/payments/model/errors.js';
import { callCreatePayment, type HostedStep } from '../faults/create-payment-call.js';
import { API_KEY, startFleet, type Fleet, type Replica } from '../faults/fleet.js';
import { visitHostedStep } from '../faults/payer.js';
import { CHARGES } from '../faults/wire-texts.js';
import { setFaults } from '../support/gateway/sandbox-faults.js';
import { createPayment, findByKey, paymentInput, readLedger } from '../support/graphql-client.js';
import { obey, type Input } from '../support/obedient-client.js';
import { paymentOnce } from '../support/payment-once.js';

/** One answer of createPayment, and the client that gets it. */
interface Walk {
  /** When it is answered so. */
  readonly when: string;
  readonly advice: RetryAdvice | null;
  readonly input?: Input;
  /** What comes before the call, with the same key. */
  readonly before?: (stage: Stage, input: Input) => Promise<unknown>;
  /** What happens while the client waits. */
  readonly meanwhile?: (stage: Stage, input: Input) => Promise<unknown>;
  /** Of the call that is answered so; by then another was made with the input. */
  readonly changed?: Input;
  /** The gateway of the stage takes actions of the sandbox, unless it is strict. */
  readonly stage?: 'strict';
  /** 1, unless the sandbox never lets it come to a charge. */
  readonly charges?: 0;
}

/** Where a walk takes place. */
interface Stage {
  readonly fleet: Fleet;
  readonly replica: Replica;
}

const pay = ({ replica }: Stage, input: Input) => createPayment(replica.url(), input);

/** The provider tells nothing but its answers, so that a payment stays unknown. */
const goDark = ({ fleet }: Stage) =>
  setFaults({ sandboxUrl: fleet.sandbox.url }, { lookups: { answer500: true }, webhooks: { drop: ['*'] } });
const lightUp = ({ fleet }: Stage) => setFaults({ sandboxUrl: fleet.sandbox.url }, {});

async function payInTheDark(stage: Stage, input: Input): Promise<void> {
  await goDark(stage);
  await pay(stage, input);
}

/** Its answer is on the way as long as the way is held up. */
async function payForLong({ replica }: Stage, input: Input): Promise<void> {
  const hold = replica.toProvider.holdNext(CHARGES, 'answer');
  held.set(String(input.idempotencyKey), hold.release);
  void callCreatePayment(replica.url(), input, null);
  await hold.reached;
}
const held = new Map<string, () => void>();
const goOn = (_stage: Stage, input: Input) => Promise.resolve(held.get(String(input.idempotencyKey))?.());

const refuseKey = ({ fleet }: Stage) => setFaults({ sandboxUrl: fleet.sandbox.url }, { payments: { answer401: true } });

async function payInVain(stage: Stage, input: Input): Promise<void> {
  await refuseKey(stage);
  await pay(stage, input);
  await lightUp(stage);
}

async function approve({ replica }: Stage, input: Input): Promise<void> {
  const { action } = await findByKey(replica.url(), input.idempotencyKey);
  await visitHostedStep({ ...(action as HostedStep), redirectUrl: action.url as string });
}

const refund = (part: number) => async (stage: Stage, input: Input) => {
  const { payment } = await pay(stage, input);
  await fetch(`${stage.fleet.sandbox.apiBaseUrl}refund`, {
    method: 'POST',
    headers: { 'X-API-KEY': API_KEY, 'X-Timestamp': String(Date.now()) },
    body: JSON.stringify({ orderId: payment.orderId, refundMerchantOrderId: randomUUID(), refundAmount: part }),
  });
  await paymentOnce(stage.replica.url(), input, ({ status }) => status.endsWith('REFUNDED'));
};

/** As the job does it, 30 days later. */
const expireKey = ({ fleet }: Stage, { idempotencyKey }: Input) =>
  fleet.postgres.sql(
    fleet.databaseUrl,
    `UPDATE payments SET idempotency_key = NULL WHERE idempotency_key = '${String(idempotencyKey)}'`,
  );

const payAndExpire = async (stage: Stage, input: Input) => {
  await pay(stage, input);
  await expireKey(stage, input);
};

const MOST_PER_MINUTE = 6;

async function spendRate(stage: Stage, input: Input): Promise<void> {
  for (let count = 0; count < MOST_PER_MINUTE; count++)
    await pay(stage, { ...input, paymentInstrumentId: 'pi_card_many', idempotencyKey: `other-${randomUUID()}` });
}

const passMinute = ({ fleet }: Stage) =>
  fleet.postgres.sql(fleet.databaseUrl, `UPDATE rate_windows SET window_start = window_start - interval '1 minute'`);

const instrument = (paymentInstrumentId: string): Input => ({ paymentInstrumentId });
/** A field that a client makes anew for each call. */
const VOLATILE: Input = { metadata: [{ key: 'attempt', value: '2' }] };

const NO_ERROR = 'no error';

/** Every answer of createPayment, by the code of its error or of the payment's failure. */
const WALKS: Readonly<Record<string, readonly Walk[]>> = {
  [NO_ERROR]: [
    { when: 'it is paid', advice: null },
    { when: 'it is paid, and was before', advice: null, before: pay },
    { when: 'the provider decides later', advice: null, input: instrument('pi_pending') },
    { when: 'the payer has to act', advice: null, input: instrument('pi_card_3ds'), meanwhile: approve },
  ],
  card_declined: [{ when: 'the card is declined', advice: 'USE_NEW_KEY', input: instrument('pi_card_declined') }],
  ACTION_UNUSABLE: [
    {
      when: 'the payer’s step is not safe to pass on',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_card_3ds'),
      stage: 'strict',
      charges: 0,
    },
  ],
  INVALID_INPUT: [
    { when: 'the input breaks a rule', advice: 'FIX_INPUT', input: { amount: '0' } },
    {
      when: 'another call with the key may have charged',
      advice: 'FIX_INPUT',
      input: instrument('pi_busy'),
      changed: { amount: '0' },
      before: payInTheDark,
      meanwhile: lightUp,
    },
  ],
  KEY_REUSED: [
    {
      when: 'the payment of the key is UNKNOWN and was charged',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_busy'),
      changed: VOLATILE,
      before: payInTheDark,
      meanwhile: lightUp,
    },
    {
      when: 'the payment of the key is UNKNOWN and was not charged',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_reset_uncharged'),
      changed: VOLATILE,
      before: payInTheDark,
      meanwhile: lightUp,
    },
    {
      when: 'the payment of the key is PROCESSING',
      advice: 'WAIT_AND_QUERY',
      changed: VOLATILE,
      before: payForLong,
      meanwhile: goOn,
    },
    {
      when: 'the payment of the key was given back, and its own client is told to come again',
      advice: 'WAIT_AND_QUERY',
      changed: VOLATILE,
      before: payInVain,
      meanwhile: pay,
    },
    {
      when: 'the payment of the key is PENDING',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_pending'),
      changed: VOLATILE,
      before: pay,
    },
    {
      when: 'the payment of the key is REQUIRES_ACTION',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_card_3ds'),
      changed: VOLATILE,
      before: pay,
      meanwhile: approve,
    },
    {
      when: 'the payment of the key is SUCCEEDED',
      advice: 'DO_NOT_RETRY',
      changed: VOLATILE,
      before: pay,
    },
    {
      when: 'the payment of the key is PARTIALLY_REFUNDED',
      advice: 'DO_NOT_RETRY',
      changed: VOLATILE,
      before: refund(1),
    },
    {
      when: 'the payment of the key is REFUNDED',
      advice: 'DO_NOT_RETRY',
      changed: VOLATILE,
      before: refund(19.99),
    },
    {
      when: 'the payment of the key is FAILED',
      advice: 'USE_NEW_KEY',
      input: instrument('pi_card_declined'),
      changed: VOLATILE,
      before: pay,
    },
  ],
  KEY_EXPIRED: [
    {
      when: 'the payment of the key is SUCCEEDED',
      advice: 'DO_NOT_RETRY',
      before: payAndExpire,
    },
    {
      when: 'the payment of the key is FAILED',
      advice: 'USE_NEW_KEY',
      input: instrument('pi_card_declined'),
      before: payAndExpire,
    },
  ],
  PAYMENT_REJECTED: [
    { when: 'the provider refuses the request', advice: 'USE_NEW_KEY', input: instrument('pi_refused') },
  ],
  OUTCOME_UNKNOWN: [
    ...['pi_busy', 'pi_timeout_charged', 'pi_reset_charged', 'pi_error_500', 'pi_garbage'].map((charged): Walk => ({
      when: `it was charged: ${charged}`,
      advice: 'WAIT_AND_QUERY',
      input: instrument(charged),
      before: goDark,
      meanwhile: lightUp,
    })),
    {
      when: 'the payer’s step got lost with the answer',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_timeout_3ds'),
      before: goDark,
      meanwhile: lightUp,
      charges: 0,
    },
    {
      when: 'it was not charged',
      advice: 'WAIT_AND_QUERY',
      input: instrument('pi_reset_uncharged'),
      before: goDark,
      meanwhile: lightUp,
    },
  ],
  PROVIDER_UNAVAILABLE: [
    {
      when: 'the provider refuses the key of the gateway for a while',
      advice: 'RETRY_SAME_KEY',
      before: refuseKey,
      meanwhile: lightUp,
    },
  ],
  STORE_UNAVAILABLE: [
    {
      when: 'the database is out of reach',
      advice: 'RETRY_SAME_KEY',
      before: ({ replica }) => Promise.resolve(replica.toDatabase.setOpen(false)),
      meanwhile: ({ replica }) => Promise.resolve(replica.toDatabase.setOpen(true)),
    },
    {
      when: 'the database is out of reach, and an earlier call charged',
      advice: 'RETRY_SAME_KEY',
      before: async (stage, input) => {
        await pay(stage, input);
        stage.replica.toDatabase.setOpen(false);
      },
      meanwhile: ({ replica }) => Promise.resolve(replica.toDatabase.setOpen(true)),
    },
  ],
  RATE_LIMITED: [
    {
      when: 'a minute had as many payments as it may have',
      advice: 'RETRY_SAME_KEY',
      input: instrument('pi_card_many'),
      before: spendRate,
      meanwhile: passMinute,
    },
  ],
};

const STAGES = {
  open: { CLINK_TIMEOUT_MS: '4000', RATE_LIMIT_PER_INSTRUMENT: String(MOST_PER_MINUTE) },
  strict: { ACTION_URL_ORIGINS: 'https://pages.example' },
};

describe('a client that obeys', () => {
  const stages = new Map<string, Stage>();
  beforeAll(async () => {
    for (const [name, env] of Object.entries(STAGES)) {
      const fleet = await startFleet(1, env);
      stages.set(name, { fleet, replica: fleet.replicas[0] as Replica });
    }
  });
  afterAll(() => Promise.all([...stages.values()].map(({ fleet }) => fleet.close())));
  afterEach(() => Promise.all([...stages.values()].map(lightUp)));

  it.each(Object.entries(WALKS).flatMap(([code, walks]) => walks.map((walk) => ({ ...walk, code }))))(
    '$code ($advice), where $when, is charged for once',
    async ({ code, advice, input, changed, before, meanwhile, stage: name = 'open', charges = 1 }) => {
      const stage = stages.get(name) as Stage;
      const first = paymentInput({ paymentInstrumentId: `pi_card_${randomUUID()}`, ...input });
      const { total } = await readLedger(stage.fleet.sandbox.url);
      await before?.(stage, first);

      const told = await obey(
        { ...first, ...changed },
        {
          url: stage.replica.url(),
          correction: { paymentInstrumentId: `pi_card_${randomUUID()}`, amount: '19.99' },
          meanwhile: async () => {
            await meanwhile?.(stage, first);
          },
        },
      );

      expect(told[0]).toMatchObject({ code: code === NO_ERROR ? null : code, advice });
      expect((await readLedger(stage.fleet.sandbox.url)).total - total).toBe(
        charges + Number(before === spendRate) * MOST_PER_MINUTE,
      );
    },
  );
});

describe('the walks', () => {
  /** What only refreshing a QR code answers; it charges nothing. */
  const OF_OTHERS = ['PAYMENT_NOT_FOUND', 'QR_NOT_REFRESHABLE', 'QR_RATE_LIMITED', 'QR_REFRESH_FAILED'];

  it('know every code of the catalogue, and every advice of a conflict', () => {
    const advised = new Set(WALKS.KEY_REUSED?.map(({ advice }) => advice));
    expect(advised).toEqual(new Set(Object.values(CONFLICT_ADVICE).map(({ retry }) => retry)));
    expect(Object.keys(WALKS)).toEqual(
      expect.arrayContaining(Object.keys(PAYMENT_ERRORS).filter((code) => !OF_OTHERS.includes(code))),
    );
  });
});
