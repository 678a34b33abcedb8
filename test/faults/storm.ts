import { setTimeout as pause } from 'node:timers/promises';
import { startFleet, type Fleet } from './fleet.js';
import { createRandom, type Random } from './random.js';
import { newIntent, shop, type Intent } from './shopper.js';
import { makeTrouble, wentThroughAllFaults, type TroubleCounts, type TroubleOptions } from './troubles.js';
import { countBy, judge, type Findings } from './verdict.js';

export interface StormSettings {
  readonly seed: number;
  /** The storm goes on until there were at least so many of each, and every fault of the provider. */
  readonly payments: number;
  /** Calls that were answered with a success: the storm is none of a gateway that always fails. */
  readonly successes: number;
  readonly kills: number;
  readonly databaseRestarts: number;
  readonly replicas: number;
  readonly shoppers: number;
  readonly pace: TroubleOptions['pace'];
  /** Times that a clock was wrong for a while. */
  readonly clockJumps: number;
}

export interface StormReport extends Findings {
  readonly settings: StormSettings;
  readonly troubles: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly databaseRestarts: number;
  /** Keys that clients made, and how many of them the gateway has a payment for. */
  readonly intents: number;
  readonly payments: number;
  /** What clients were told, and what operators were woken for. */
  readonly answers: Readonly<Record<string, number>>;
  readonly alarms: Readonly<Record<string, number>>;
  readonly stormMs: number;
  readonly settlingMs: number;
}

/** Runs shops and troubles against a fleet, lets the reconciler find out what became of everything, and judges. */
export async function runStorm(settings: StormSettings): Promise<StormReport> {
  const fleet = await startFleet(settings.replicas, {}, { behindPooler: true });
  try {
    return await stormAgainst(fleet, settings);
  } finally {
    await fleet.close();
  }
}

async function stormAgainst(fleet: Fleet, settings: StormSettings): Promise<StormReport> {
  const random = createRandom(settings.seed);
  const counts: TroubleCounts = new Map();
  const intents: Intent[] = [];
  const calm = new AbortController();
  const startedAtMs = performance.now();
  const { pace } = settings;
  const trouble = makeTrouble(fleet, { random: random.fork(), counts, signal: calm.signal, pace });
  const isEnough = async (): Promise<boolean> =>
    sumOf(counts, 'kill') >= settings.kills &&
    wentThroughAllFaults(counts) &&
    sumOf(counts, 'clock of') >= settings.clockJumps &&
    sumOf(counts, 'database restarted') >= settings.databaseRestarts &&
    countSuccesses(intents) >= settings.successes &&
    (await countPayments(fleet)) >= settings.payments;
  await shopUntil(fleet, { random: random.fork(), settings, intents, isEnough });
  calm.abort();
  await trouble;
  const stormEndedAtMs = performance.now();
  const findings = await judgeOnceSettled(intents, fleet);
  return {
    ...findings,
    settings,
    troubles: Object.fromEntries([...counts].sort()),
    kills: sumOf(counts, 'kill'),
    databaseRestarts: sumOf(counts, 'database restarted'),
    intents: intents.length,
    payments: findings.figures['payments claimed'] ?? 0,
    answers: countAnswers(intents),
    alarms: countAlarms(fleet),
    stormMs: Math.round(stormEndedAtMs - startedAtMs),
    settlingMs: Math.round(performance.now() - stormEndedAtMs),
  };
}

interface ShopOptions {
  readonly random: Random;
  readonly settings: StormSettings;
  /** Each one made is added. */
  readonly intents: Intent[];
  readonly isEnough: () => Promise<boolean>;
}

const PAUSE_BETWEEN_COUNTS_MS = 1_000;

async function shopUntil(fleet: Fleet, { random, settings, intents, isEnough }: ShopOptions): Promise<void> {
  let isOpen = true;
  const buy = async (own: Random): Promise<void> => {
    while (isOpen) {
      const intent = newIntent(intents.length, own);
      intents.push(intent);
      await shop(intent, fleet, own);
    }
  };
  const closing = (async () => {
    while (!(await isEnough())) await pause(PAUSE_BETWEEN_COUNTS_MS);
    isOpen = false;
  })();
  await Promise.all([closing, ...Array.from({ length: settings.shoppers }, () => buy(random.fork()))]);
}

/** An intent whose every call met dead gateways or a database that was away is no payment. While the database is away, nobody can count. */
async function countPayments({ postgres, databaseUrl }: Fleet): Promise<number> {
  try {
    const [row] = await postgres.sql(databaseUrl, 'SELECT count(*)::integer AS payments FROM payments');
    return Number(row?.payments);
  } catch {
    return 0;
  }
}

const PAUSE_BETWEEN_JUDGEMENTS_MS = 1_000;
/** Three clean lookups of a payment that was looked up often need three of the longest pauses, five minutes each. */
const LONGEST_SETTLING_MS = 1_500_000;

/** Nothing but time helps here: what is still open is looked at again until all is well or the time is over. */
async function judgeOnceSettled(intents: readonly Intent[], fleet: Fleet): Promise<Findings> {
  const deadline = performance.now() + LONGEST_SETTLING_MS;
  for (;;) {
    const findings = await judge(intents, fleet);
    const { lost, unfinished, wrongStatus, unflagged } = findings.verdict;
    const isSettled = [lost, unfinished, wrongStatus, unflagged].every((sentences) => sentences.length === 0);
    // Looked at once more: the last update may have come in between two of the three that were compared.
    if (isSettled || performance.now() > deadline) return judge(intents, fleet);
    await pause(PAUSE_BETWEEN_JUDGEMENTS_MS);
  }
}

function sumOf(counts: TroubleCounts, prefix: string): number {
  return [...counts].reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0);
}

function countSuccesses(intents: readonly Intent[]): number {
  return intents.flatMap(({ calls }) => calls).filter(({ answer }) => answer?.type === 'CreatePaymentSuccess').length;
}

function countAnswers(intents: readonly Intent[]): Record<string, number> {
  return countBy(
    intents.flatMap(({ calls }) =>
      calls.map(({ answer, mayHaveArrived }) => {
        if (answer === null) return mayHaveArrived ? 'no answer' : 'nobody listened';
        return answer.code === null ? answer.type : `${answer.type} ${answer.code}`;
      }),
    ),
  );
}

function countAlarms({ replicas }: Fleet): Record<string, number> {
  return countBy(
    replicas.flatMap(({ gateway }) => [...gateway.alarms].flatMap(([name, count]) => Array<string>(count).fill(name))),
  );
}
