import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet, Replica } from './fleet.js';
import {
  callCreatePayment,
  isToldToComeAgain,
  lookAgain,
  type Call,
  type HostedStep,
  type Look,
} from './create-payment-call.js';
import type { Random } from './random.js';
import { visitHostedStep } from './payer.js';

/** One intent to pay under one key, and everything that its client was told. */
export interface Intent {
  readonly key: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly calls: Call[];
  /** After its client was told of a step that the payer has to take. */
  readonly looks: Look[];
}

/** An order bears this reference of the caller's own and none of our metadata: nobody but a person can say whose it is. */
export const AMBIGUOUS_REFERENCE = 'ambiguous-';

/** Declined, and answered with the success of an earlier payment. */
export const ANSWERED_WITH_ANOTHERS = 'pi_answer_of_another';

/** What is bought with which instrument, and how often. The provider's every trick is among it. */
const INSTRUMENTS: readonly (readonly [weight: number, instrument: string])[] = [
  [26, 'pi_card_ok'],
  [20, 'pi_any_other'],
  [4, 'pi_card_3ds'],
  [4, 'pi_card_declined'],
  [4, 'pi_wallet_qr'],
  [2, 'pi_form_post'],
  [4, 'pi_pending'],
  [2, 'pi_pending_failed'],
  [4, 'pi_refused'],
  [2, 'pi_unauthorized'],
  [2, 'pi_rate_limited'],
  [4, 'pi_busy'],
  [4, 'pi_timeout_charged'],
  [5, 'pi_reset_charged'],
  [5, 'pi_reset_uncharged'],
  [3, 'pi_error_500'],
  [3, 'pi_garbage'],
  [3, 'pi_timeout_no_metadata'],
  [4, ANSWERED_WITH_ANOTHERS],
  [1, 'pi_timeout_3ds'],
  [1, 'pi_timeout_qr'],
];
/** Callers who use a reference again: an order's, a cart's. */
const REPEATED_REFERENCES = 40;
const MOST_ATTEMPTS = 6;

export function newIntent(number: number, random: Random): Intent {
  // All of one length: an answered payment with a reference as long proves lookups by those that are made of it.
  const key = `fault-suite-intent-${String(number).padStart(6, '0')}-${random.between(1e8, 1e9 - 1)}`;
  const instrument = random.pickWeighted(INSTRUMENTS);
  const input = {
    idempotencyKey: key,
    referenceCustomerId: `customer-${random.between(1, 200)}`,
    amount: `${random.between(1, 500)}.${random.between(10, 99)}`,
    currency: 'USD',
    paymentInstrumentId: instrument === 'pi_any_other' ? `pi_card_number_${number}` : instrument,
    paymentMethodType: instrument.includes('qr') && random.happens(0.5) ? 'CASHAPP' : 'CARD',
    returnUrl: 'https://shop.example/return',
    merchantReferenceId: pickReference(key, instrument, random),
  };
  return { key, input, calls: [], looks: [] };
}

function pickReference(key: string, instrument: string, random: Random): string | null {
  if (random.happens(0.5)) return null;
  if (instrument === 'pi_timeout_no_metadata') return `${AMBIGUOUS_REFERENCE}${key}`;
  return random.pickWeighted([
    [5, `cart-${random.between(1, REPEATED_REFERENCES)}`],
    [1, `own-${key}`],
    [3, random.pick(ODD_FORMS)(key)],
  ]);
}

/** What not every provider keeps as it came. */
const ODD_FORMS: readonly ((key: string) => string)[] = [
  (key) => `own-${key}-${'long'.repeat(16)}`,
  (key) => `Own-${key}`,
  (key) => `own & ${key}`,
  (key) => `own  ${key}`,
  (key) => `ówn-${key}`,
];

/** Clicks once, twice or three times at any replica, tries again with the same key when that may help, pays, or loses patience. */
export async function shop(intent: Intent, { replicas }: Fleet, random: Random): Promise<void> {
  const clicks = random.pickWeighted([
    [7, 1],
    [2, 2],
    [1, 3],
  ]);
  await Promise.all(Array.from({ length: clicks }, () => click(intent, replicas, random)));
  for (let attempt = 1; attempt < MOST_ATTEMPTS && isWorthAnother(intent) && random.happens(0.85); attempt++) {
    await pause(random.between(20, 300) * attempt);
    await click(intent, replicas, random);
  }
  if (random.happens(0.15)) await click(intent, replicas, random);
  if (random.happens(0.03)) await reuseKey(intent, replicas, random);
  const step = intent.calls.map(({ answer }) => answer?.step ?? null).find((found) => found !== null);
  if (step !== undefined) await payOrLeave(step, intent, { replicas, random });
}

async function click({ input, calls }: Intent, replicas: readonly Replica[], random: Random): Promise<void> {
  await pause(random.between(0, 30));
  const leavesAfterMs = random.happens(0.05) ? random.between(0, 300) : null;
  calls.push(await callSomeReplica(replicas, random, (url) => callCreatePayment(url, input, leavesAfterMs)));
}

/** As a load balancer does it: where nobody listens, the next one is asked. */
async function callSomeReplica(
  replicas: readonly Replica[],
  random: Random,
  callAt: (url: string) => Promise<Call>,
): Promise<Call> {
  const serving = replicas.filter(({ isInRotation }) => isInRotation);
  const first = random.between(0, replicas.length - 1);
  let call: Call = { answer: null, mayHaveArrived: false };
  for (let turn = 0; turn < serving.length && !call.mayHaveArrived; turn++)
    call = await callAt(serving[(first + turn) % serving.length]?.url() ?? '');
  return call;
}

/** The same key for another amount, once a payment has it: refused as a conflict, whatever else happens. */
async function reuseKey({ input, calls }: Intent, replicas: readonly Replica[], random: Random): Promise<void> {
  if (!calls.some(({ answer }) => answer !== null && answer.paymentId !== null)) return;
  const other = { ...input, amount: '7777.77' };
  calls.push({ ...(await callCreatePayment(random.pick(replicas).url(), other, null)), isReuse: true });
}

/** Nothing heard so far, or nothing but that it may be tried again. */
function isWorthAnother({ calls }: Intent): boolean {
  return calls.every(({ answer }) => answer === null || isToldToComeAgain(answer));
}

/** The page is opened a moment later, when events may have told more than the answer. */
async function payOrLeave(
  step: HostedStep,
  { key, looks }: Intent,
  { replicas, random }: { readonly replicas: readonly Replica[]; readonly random: Random },
): Promise<void> {
  await pause(random.between(100, 800));
  const look = await lookAgain(random.pick(replicas).url(), key);
  if (look !== null) looks.push(look);
  if (random.happens(0.6)) await visitHostedStep(step);
}
