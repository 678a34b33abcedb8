import { setTimeout as pause } from 'node:timers/promises';
import { CONCLUDED_AFTER_MS, type Fleet, type Replica } from './fleet.js';
import type { MovableClock } from './movable-clocks.js';
import type { Random } from './random.js';
import { CHARGES, CLAIMS, STORES_ANSWER } from './wire-texts.js';

/** How often each thing was done to the fleet. */
export type TroubleCounts = Map<string, number>;

export interface TroubleOptions {
  readonly random: Random;
  readonly counts: TroubleCounts;
  /** No new trouble once it is aborted; what is under way is brought to its end. */
  readonly signal: AbortSignal;
  readonly pace: FairQueue;
}

/** The least and the most, in milliseconds. */
export interface FairQueue {
  /** Between two troubles of one replica. */
  readonly replicaCalmMs: readonly [number, number];
  /** Between two restarts of the database. */
  readonly databaseUpMs: readonly [number, number];
  /** Between two faults of the provider. */
  readonly providerCalmMs: readonly [number, number];
  /** Between two times in which a clock is wrong. */
  readonly clocksRightMs: readonly [number, number];
  /** How long a fault of the provider stays. */
  readonly providerFaultMs: readonly [number, number];
}

/** Makes trouble until told to stop, and resolves when everything runs again and no fault is on. */
export async function makeTrouble(fleet: Fleet, options: TroubleOptions): Promise<void> {
  const loops = [
    ...fleet.replicas.map((replica, index) => troubleReplica(replica, fork(options), index)),
    restartDatabase(fleet, fork(options)),
    disturbProvider(fleet, fork(options)),
    moveClocks(fleet, fork(options)),
  ];
  await Promise.all(loops);
}

function fork(options: TroubleOptions): TroubleOptions {
  return { ...options, random: options.random.fork() };
}

/** What the killed gateway was about to do or to learn. */
const BOUNDARIES = [
  { name: 'before the claim', way: 'toDatabase', text: CLAIMS, held: 'request' },
  { name: 'after the claim, before sending', way: 'toDatabase', text: CLAIMS, held: 'answer' },
  { name: 'sent, before it arrives', way: 'toProvider', text: CHARGES, held: 'request' },
  { name: 'charged, before the answer', way: 'toProvider', text: CHARGES, held: 'answer' },
  { name: 'answered, before it is stored', way: 'toDatabase', text: STORES_ANSWER, held: 'request' },
  { name: 'stored, before the client is told', way: 'toDatabase', text: STORES_ANSWER, held: 'answer' },
] as const;
type Boundary = (typeof BOUNDARIES)[number];
/** Without traffic of that kind by then, the moment is as good as any. */
const BOUNDARY_WITHIN_MS = 1_500;

async function troubleReplica(replica: Replica, options: TroubleOptions, index: number): Promise<void> {
  const { random, signal } = options;
  await pause(500 * (index + 1));
  const drawBoundary = random.deckOf(BOUNDARIES);
  // One replica at least sleeps past everything that its claims were good for.
  if (index === 0) await freezePastTheFence(replica, options);
  while (!signal.aborted) {
    const trouble = random.pickWeighted([
      [5, killAtRandom],
      [6, () => killAtBoundary(replica, options, drawBoundary())],
      [2, cutConnections],
      [2, closeWays],
      [0.4, freezePastTheFence],
    ]);
    await trouble(replica, options);
    await pauseUnless(signal, random.between(...options.pace.replicaCalmMs));
  }
}

async function killAtRandom(replica: Replica, options: TroubleOptions): Promise<void> {
  await kill(replica, 'kill at a random moment', options);
}

async function killAtBoundary(
  replica: Replica,
  options: TroubleOptions,
  { name, way, text, held }: Boundary,
): Promise<void> {
  const hold = replica[way].holdNext(text, held);
  const isReached = await Promise.race([hold.reached.then(() => true), pause(BOUNDARY_WITHIN_MS).then(() => false)]);
  await kill(replica, isReached ? `kill ${name}` : 'kill at a random moment', options);
  hold.release();
}

async function kill(replica: Replica, name: string, { counts }: TroubleOptions): Promise<void> {
  await replica.gateway.kill();
  count(counts, name);
  await replica.start();
}

async function cutConnections(replica: Replica, { random, counts }: TroubleOptions): Promise<void> {
  const way = random.pick(['toDatabase', 'toProvider'] as const);
  replica[way].cut();
  count(counts, way === 'toDatabase' ? 'connections to the database cut' : 'connections to the provider cut');
  await Promise.resolve();
}

async function closeWays(replica: Replica, { random, counts }: TroubleOptions): Promise<void> {
  const way = random.pick(['toDatabase', 'toProvider'] as const);
  replica[way].setOpen(false);
  count(counts, way === 'toDatabase' ? 'database out of reach for a while' : 'provider out of reach for a while');
  await pause(random.between(200, 2_000));
  replica[way].setOpen(true);
}

/** Until then clients go on calling a gateway that does not answer. */
const NOTICED_AFTER_MS = 500;

/** With a claim that it does not know of yet: what it does when it wakes up, it does long after others have concluded about it. */
async function freezePastTheFence(replica: Replica, { counts }: TroubleOptions): Promise<void> {
  const hold = replica.toDatabase.holdNext(CLAIMS, 'answer');
  await Promise.race([hold.reached, pause(BOUNDARY_WITHIN_MS)]);
  replica.gateway.freeze();
  count(counts, 'stopped past send deadline and grace, then continued');
  await pause(NOTICED_AFTER_MS);
  replica.isInRotation = false;
  await pause(CONCLUDED_AFTER_MS + 1_000);
  hold.release();
  replica.gateway.thaw();
  replica.isInRotation = true;
}

/** On a busy machine a gateway takes longer to start than the database stays up: each has to serve once in between. */
async function restartDatabase({ postgres, replicas }: Fleet, options: TroubleOptions): Promise<void> {
  const { random, counts, signal, pace } = options;
  for (let round = 0; ; round++) {
    await Promise.all(replicas.map(({ gateway }) => untilUp(gateway, signal)));
    await pauseUnless(signal, random.between(...pace.databaseUpMs));
    if (signal.aborted) return;
    const mode = round % 2 === 0 ? 'immediate' : 'fast';
    await postgres.stop(mode);
    await pause(random.between(100, 1_500));
    await postgres.start();
    count(counts, `database restarted, ${mode}`);
  }
}

/** By more than sendDeadline, deadline and grace together; or by an hour, where a zone was taken for another. */
const JUMPS = {
  gateway: [
    ['clock of a gateway 20 s behind', -20_000],
    ['clock of a gateway 20 s ahead', 20_000],
    ['clock of a gateway an hour ahead', 3_600_000],
  ],
  database: [
    ['clock of the database 20 s behind', -20_000],
    ['clock of the database an hour behind', -3_600_000],
    ['clock of the database an hour ahead', 3_600_000],
  ],
} as const;
/** Nothing protects a payment that both clocks lie about: what one was wrong for is concluded before the other goes wrong. */
const BEFORE_OTHER_CLOCK_MS = 60_000;

async function moveClocks({ replicas, databaseClock }: Fleet, options: TroubleOptions): Promise<void> {
  const { random, counts, signal, pace } = options;
  const draw = random.deckOf(['gateway', 'database'] as const);
  while (!signal.aborted) {
    const whose = draw();
    for (const [name, byMs] of JUMPS[whose]) {
      await pauseUnless(signal, random.between(...pace.clocksRightMs));
      if (signal.aborted) return;
      const clock = whose === 'database' ? databaseClock : random.pick(replicas).clock;
      await setInTheEnd(clock, byMs);
      count(counts, name);
      await pauseUnless(signal, random.between(1_000, 3_000));
      await setInTheEnd(clock, 0);
    }
    await pauseUnless(signal, BEFORE_OTHER_CLOCK_MS);
  }
}

/** The database may be away just now. */
async function setInTheEnd(clock: MovableClock, offsetMs: number): Promise<void> {
  for (;;) {
    try {
      await clock.setOffset(offsetMs);
      return;
    } catch {
      await pause(50);
    }
  }
}

async function untilUp(gateway: Replica['gateway'], signal: AbortSignal): Promise<void> {
  while (!gateway.isUp && !signal.aborted) await pause(50);
}

/** Faults of the provider that no instrument triggers, one at a time, with quiet moments between them. */
async function disturbProvider({ sandbox }: Fleet, { random, counts, signal, pace }: TroubleOptions): Promise<void> {
  const draw = random.deckOf(PROVIDER_FAULTS);
  await setFaults(sandbox.url, { payments: { rewriteReferences: pickForms(random, counts) } });
  while (!signal.aborted) {
    await pauseUnless(signal, random.between(...pace.providerCalmMs));
    if (signal.aborted) return;
    const [name, faults] = draw();
    await setFaults(sandbox.url, faults);
    count(counts, name);
    await pauseUnless(signal, random.between(...pace.providerFaultMs));
    await setFaults(sandbox.url, CALM);
  }
}

/** A provider keeps references in one way all the time: what it showed of one is a proof for all of its kind. */
function pickForms(random: Random, counts: TroubleCounts): readonly string[] {
  const capitals = random.happens(0.5) ? ['upperCase'] : [];
  const forms = ['cut', 'escape', 'foldBlanks', 'ascii', ...capitals];
  count(counts, `references kept in another form: ${forms.join(', ')}`);
  return forms;
}

/** All faults off, but for the form of references. */
const CALM = {
  lookups: { ignoreFilter: false, hideMetadata: false, answer500: false, hideNewForMs: 0 },
  payments: { delayChargeMs: 0, delayAnswerMs: 0, chargeInstead: '' },
  webhooks: { duplicate: 1, shuffle: false, drop: [], delayMs: 0, stampedAheadMs: 0 },
};

/** Orders turn up and charges happen after the gateway has given the answer up, but within the grace. */
const PROVIDER_FAULTS = [
  ['lookups ignore their filter', { lookups: { ignoreFilter: true } }],
  ['lookups hide the metadata', { lookups: { hideMetadata: true } }],
  ['lookups answer 500', { lookups: { answer500: true } }],
  ['lookups show new orders late', { lookups: { hideNewForMs: 1_200 } }],
  ['charges come late', { payments: { delayChargeMs: 300 } }],
  ['charges come after the deadline', { payments: { delayChargeMs: 1_600 } }],
  ['answers come late', { payments: { delayAnswerMs: 300 } }],
  ['a hundredth is charged', { payments: { chargeInstead: '1.00 USD' } }],
  ['nothing is charged', { payments: { chargeInstead: '0 USD' } }],
  ['another currency is charged', { payments: { chargeInstead: '100 JPY' } }],
  ['more is charged', { payments: { chargeInstead: '1000.00 USD' } }],
  ['events stamped after the answer', { webhooks: { stampedAheadMs: 400 } }],
  ['events stamped by a clock ahead', { webhooks: { stampedAheadMs: 2_000 } }],
  ['webhooks doubled and shuffled', { webhooks: { duplicate: 2, shuffle: true } }],
  ['webhooks dropped', { webhooks: { drop: ['*'] } }],
  ['webhooks late', { webhooks: { delayMs: 700 } }],
] as const;

/** Whether the provider had all of its faults. */
export function wentThroughAllFaults(counts: TroubleCounts): boolean {
  return PROVIDER_FAULTS.every(([name]) => counts.has(name));
}

async function setFaults(sandboxUrl: string, faults: object): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
}

function count(counts: TroubleCounts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function pauseUnless(signal: AbortSignal, durationMs: number): Promise<void> {
  return pause(durationMs, undefined, { signal }).catch(() => undefined);
}
