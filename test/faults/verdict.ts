import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { readLedger, send, type GraphqlAnswer } from '../support/graphql-client.js';
import { isToldToComeAgain, type Answer, type Call } from './create-payment-call.js';
import type { Fleet } from './fleet.js';
import { AMBIGUOUS_REFERENCE, ANSWERED_WITH_ANOTHERS, type Intent } from './shopper.js';

/** What must not be, each as a list of sentences about single payments: all of them are empty where every promise was kept. */
export interface Verdict {
  readonly chargedTwice: readonly string[];
  readonly orderedTwice: readonly string[];
  /** Charged, and the gateway does not know or does not say so. */
  readonly lost: readonly string[];
  /** Neither ended nor left to a person nor given back. */
  readonly unfinished: readonly string[];
  /** Another status than the provider's. */
  readonly wrongStatus: readonly string[];
  /** Charged otherwise than it was asked for, or answered with another's order, and no flag says so. */
  readonly unflagged: readonly string[];
  /** Flagged for several orders, and there is one. */
  readonly flaggedForNothing: readonly string[];
  /** Flagged, and nobody was woken. */
  readonly unalarmed: readonly string[];
  /** A client was told something that is not so. */
  readonly inconsistent: readonly string[];
  readonly untyped: readonly string[];
}

export interface Findings {
  readonly verdict: Verdict;
  readonly figures: Readonly<Record<string, number>>;
}

/** Compares three that must agree: the provider's ledger, the gateway's own word over GraphQL, and what clients were told. */
export async function judge(intents: readonly Intent[], fleet: Fleet): Promise<Findings> {
  const ledger = await readLedger(fleet.sandbox.url);
  const flags = await listFlagged(fleet.databaseUrl);
  const alarmed = new Set(fleet.replicas.flatMap(({ gateway }) => [...gateway.alarmedPayments]));
  const byPayment = groupOrders(ledger.orders);
  const answers = await inBatches(intents, ({ key }) => findByKey(fleet, key));
  const states = await readStandings(fleet);
  const misled = await readMisled(fleet);
  const left = intents.map((intent, index): Case => {
    const known = answers[index] ?? null;
    if (known === null) return { intent, known, state: null, orders: [], flag: null, isMisled: false };
    const state = states.get(known.id) ?? null;
    return {
      intent,
      known,
      state,
      orders: byPayment.get(known.id) ?? [],
      flag: flags.get(known.id) ?? null,
      isMisled: misled.has(known.id),
    };
  });
  const ids = new Set(left.flatMap(({ known }) => (known === null ? [] : [known.id])));
  const strangers = ledger.charges.filter(({ gatewayPaymentId }) => !ids.has(gatewayPaymentId ?? ''));
  return {
    verdict: {
      chargedTwice: left.filter(({ orders }) => orders.filter(isCharged).length > 1).map(toText),
      orderedTwice: left.filter(({ orders }) => orders.length > 1).map(toText),
      lost: [...strangers.map(({ orderId }) => `nobody knows ${orderId}`), ...left.filter(isLost).map(toText)],
      unfinished: left.filter(isUnfinished).map(toText),
      wrongStatus: left.filter(hasWrongStatus).map(toText),
      unflagged: left.filter(needsFlag).map(toText),
      flaggedForNothing: left.filter(isFlaggedForNothing).map(toText),
      unalarmed: left.filter((one) => isSilent(one, alarmed, fleet)).map(toText),
      inconsistent: left.flatMap(findContradictions),
      untyped: left.flatMap(({ intent }) => intent.calls.flatMap(({ answer }) => answer?.text ?? [])),
    },
    figures: {
      'charges on the ledger': ledger.total,
      'payments claimed': ids.size,
      'keys never claimed': left.filter(({ known }) => known === null).length,
      ...countBy(left.flatMap(({ state }) => (state === null ? [] : [`payments ${state}`]))),
      'of them ambiguous by design: UNKNOWN and flagged for a person': left.filter(isLeftToPerson).length,
      'answered with another’s order': left.filter(({ isMisled }) => isMisled).length,
      'of them told of a success that is none, and flagged': left.filter(
        (one) => isMisledAndFlagged(one) && isToldOfSuccess(one.intent.calls.flatMap(({ answer }) => answer ?? [])),
      ).length,
      ...countBy(left.flatMap(({ flag }) => (flag === null ? [] : [`flagged ${flag.reason}`]))),
      'flagged, and killed before the alarm was written': left.filter(
        ({ known, flag }) => known !== null && flag !== null && !alarmed.has(known.id) && isKilledAt(flag, fleet),
      ).length,
      'of them concluded: the request never reached the provider': left.filter(
        ({ state }) => state === 'FAILED_INFERRED',
      ).length,
    },
  };
}

type Order = Awaited<ReturnType<typeof readLedger>>['orders'][number];

interface Case {
  readonly intent: Intent;
  /** What GraphQL says under the key. */
  readonly known: { readonly id: string; readonly status: string } | null;
  /** What the database says: tells a claim given back, which is certainly not charged, from one under way. */
  readonly state: string | null;
  readonly orders: readonly Order[];
  readonly flag: Flag | null;
  /** It was answered with another payment's order. */
  readonly isMisled: boolean;
}

function isCharged({ status }: Order): boolean {
  return status === 'success';
}

/**
 * What no machine may decide. It has a reference of the caller's own, and its order bears nothing of ours, or is kept under another
 * reference; or there is none, and nothing proves that lookups would find it.
 */
function isLeftToPerson({ intent, known, orders, flag }: Case): boolean {
  const { merchantReferenceId } = intent.input;
  if (known?.status !== 'UNKNOWN' || flag === null || merchantReferenceId === null) return false;
  const isAmbiguous = String(merchantReferenceId).startsWith(AMBIGUOUS_REFERENCE);
  return isAmbiguous || orders.every((order) => order.merchantReferenceId !== merchantReferenceId);
}

/** Another amount was charged than was asked for, or another's order was told. */
function needsFlag({ intent, known, orders, flag, isMisled }: Case): boolean {
  const { amount, currency } = intent.input;
  const isOther = (order: Order): boolean => order.amount !== Number(amount) || order.currency !== currency;
  return flag === null && (isMisled || (known?.status === 'SUCCEEDED' && orders.some(isOther)));
}

function isFlaggedForNothing({ orders, flag, isMisled }: Case): boolean {
  return flag?.reason === 'SEVERAL_ORDERS' && orders.length < 2 && !isMisled;
}

/** A flag is written and then told: a kill in between takes the alarm along. */
function isSilent({ known, flag }: Case, alarmed: ReadonlySet<string>, fleet: Fleet): boolean {
  return known !== null && flag !== null && !alarmed.has(known.id) && !isKilledAt(flag, fleet);
}

/** As long as a message is held up before the kill, on a busy machine. */
const TAKEN_ALONG_WITHIN_MS = 5_000;

function isKilledAt({ flaggedAtMs }: Flag, { replicas }: Fleet): boolean {
  const kills = replicas.flatMap(({ gateway }) => gateway.killedAtMs);
  return kills.some((atMs) => atMs >= flaggedAtMs && atMs - flaggedAtMs < TAKEN_ALONG_WITHIN_MS);
}

function isLost(one: Case): boolean {
  return one.orders.some(isCharged) && one.known?.status !== 'SUCCEEDED' && !isLeftToPerson(one);
}

function isUnfinished(one: Case): boolean {
  if (one.known === null || isLeftToPerson(one)) return false;
  return ['UNKNOWN', 'PROCESSING', 'PENDING'].includes(one.known.status) && one.state !== 'RELEASED';
}

const STATUS_OF_ORDER: Readonly<Record<string, string>> = {
  success: 'SUCCEEDED',
  failed: 'FAILED',
  pending: 'PENDING',
  requires_action: 'REQUIRES_ACTION',
};

function hasWrongStatus(one: Case): boolean {
  if (one.known === null || isLeftToPerson(one) || isBelieved(one)) return false;
  const [order] = one.orders;
  if (order !== undefined) return one.known.status !== STATUS_OF_ORDER[order.status];
  return !['FAILED', 'FAILED_INFERRED', 'RELEASED'].includes(one.state ?? '');
}

function findContradictions(one: Case): string[] {
  const { intent, known, orders } = one;
  const isWaiting = orders.some(({ status }) => status === 'requires_action');
  const isPaid = orders.some(isCharged);
  const own = intent.calls.filter(({ isReuse }) => isReuse !== true);
  const answers = own.flatMap(({ answer }) => answer ?? []);
  const rules: readonly (readonly [broken: boolean, sentence: string])[] = [
    [answers.some(({ paymentId }) => paymentId !== null && paymentId !== known?.id), 'answers name another payment'],
    [isToldOfSuccess(answers) && !isPaid && !isMisledAndFlagged(one), 'told of a success that is none'],
    [
      answers.some(({ type, status }) => type === 'PaymentRejected' || status === 'FAILED') && isPaid,
      'told of a failure, and charged',
    ],
    [isToldNothingHappened(own) && isPaid, 'told that nothing was charged, and charged'],
    [isWaiting && intent.looks.some(({ hasAction }) => !hasAction), 'the payer’s step was taken away'],
    [answers.some(({ type }) => type === 'IdempotencyConflict'), 'told of a conflict with itself'],
    [
      intent.calls.some((call) => call.isReuse === true && isTakenForSame(call)),
      'another input was taken for the same',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => `${sentence}: ${toText(one)}`);
}

function isMisledAndFlagged({ isMisled, flag }: Case): boolean {
  return isMisled && flag !== null;
}

function isToldOfSuccess(answers: readonly Answer[]): boolean {
  return answers.some(({ status }) => status === 'SUCCEEDED');
}

/**
 * Another's order was told before the other's own sender could write it down, and until then nothing spoke against it. A success that was
 * told is not taken back: a person decides.
 */
function isBelieved({ isMisled, flag, known }: Case): boolean {
  return isMisled && flag !== null && known?.status === 'SUCCEEDED';
}

/** Every call that the gateway may have taken up was answered, each with: certainly not charged. */
function isToldNothingHappened(calls: readonly Call[]): boolean {
  const arrived = calls.filter(({ mayHaveArrived }) => mayHaveArrived);
  return arrived.length > 0 && arrived.every(({ answer }) => answer !== null && isToldToComeAgain(answer));
}

function isTakenForSame({ answer }: Call): boolean {
  return answer !== null && !isToldToComeAgain(answer) && !['IdempotencyConflict', 'untyped'].includes(answer.type);
}

function toText({ intent, known, state, orders, flag }: Case): string {
  const { paymentInstrumentId, merchantReferenceId } = intent.input;
  const told = intent.calls.map(({ answer }) =>
    answer === null ? 'nothing' : `${answer.type} ${answer.status ?? answer.code ?? ''}`,
  );
  const orderTexts = orders.map(
    ({ orderId, status, amount, currency, merchantReferenceId: reference }) =>
      `${orderId} ${status} ${amount} ${currency} ${reference ?? ''}`,
  );
  return JSON.stringify({
    ...{ payment: known?.id, status: known?.status, state, flag: flag?.reason, key: intent.key },
    ...{ paymentInstrumentId, merchantReferenceId, orders: orderTexts, told },
  });
}

function groupOrders(orders: readonly Order[]): Map<string, Order[]> {
  const groups = new Map<string, Order[]>();
  for (const order of orders) {
    const id = order.gatewayPaymentId ?? '';
    groups.set(id, [...(groups.get(id) ?? []), order]);
  }
  return groups;
}

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function readStandings({ postgres, databaseUrl }: Fleet): Promise<Map<string, string>> {
  const rows = await postgres.sql(databaseUrl, 'SELECT id, state FROM payments');
  return new Map(rows.map(({ id, state }) => [String(id), String(state)]));
}

/** Payments that were answered with an order of another, whether that was noticed at once or not. */
async function readMisled({ postgres, databaseUrl }: Fleet): Promise<ReadonlySet<string>> {
  const rows = await postgres.sql(
    databaseUrl,
    `SELECT payment_id FROM payment_events JOIN payments AS p ON p.id = payment_id
      WHERE source = 'PROVIDER_ANSWER' AND payment_instrument_id = '${ANSWERED_WITH_ANOTHERS}'
        AND (payment_events.state = 'SUCCEEDED' OR detail LIKE '%that another payment has%')`,
  );
  return new Set(rows.map(({ payment_id }) => String(payment_id)));
}

const FIND_BY_KEY = 'query ($key: ID!) { paymentByIdempotencyKey(idempotencyKey: $key) { id status } }';

async function findByKey({ replicas }: Fleet, key: string): Promise<Case['known']> {
  for (;;) {
    const { body } = await send(replicas[key.length % replicas.length]?.url() ?? '', FIND_BY_KEY, { key });
    if (isTurnedAwayQuery(body)) continue;
    if (body.errors !== undefined) throw new Error(`a query was not answered: ${JSON.stringify(body.errors)}`);
    return body.data.paymentByIdempotencyKey as Case['known'];
  }
}

/** On a slow machine this many questions are an overload. */
function isTurnedAwayQuery({ errors }: GraphqlAnswer['body']): boolean {
  return ['OVERLOADED', 'STORE_UNAVAILABLE'].includes(String(errors?.[0]?.extensions?.code));
}

interface Flag {
  readonly reason: string;
  readonly flaggedAtMs: number;
}

/** What operators see: `npm run payments:flagged`, whose exit code 3 says that there are some. */
function listFlagged(databaseUrl: string): Promise<ReadonlyMap<string, Flag>> {
  const program = join(__dirname, '..', '..', 'dist', 'commands', 'payments-flagged.js');
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program], { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && error.code !== 3) reject(new Error(`the flagged payments can't be listed: ${stderr}`));
      else resolve(new Map([...stdout.matchAll(FLAGGED)].map(({ groups }) => [groups?.id ?? '', toFlag(groups)])));
    });
  });
}

const FLAGGED = /^(?<id>pay_[0-9a-f]{32}) .* flagged (?<at>\S+)\n +(?<reason>[A-Z_]+):/gm;

function toFlag(found: Readonly<Record<string, string>> | undefined): Flag {
  return { reason: found?.reason ?? '', flaggedAtMs: Date.parse(found?.at ?? '') };
}

const BATCH = 16;

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += BATCH)
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(work))));
  return results;
}
