import { setTimeout as pause } from 'node:timers/promises';
import { CONCLUDED_AFTER_MS, type Fleet, type Replica } from './fleet.js';
import type { Random } from './random.js';
import { CHARGES, CLAIMS, STORES_ANSWER } from './wire-texts.js';

/** How often each thing was done to the fleet. */
export type TroubleCounts = Map<string, number>;

export interface TroubleTerms {
  readonly random: Random;
  readonly counts: TroubleCounts;
  /** No new trouble once it is aborted; what is under way is brought to its end. */
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

/** The least and the most, in milliseconds. */
export interface Pace {
  /** Between two troubles of one replica. */
  readonly replicaCalmMs: readonly [number, number];
  /** Between two restarts of the database. */
  readonly databaseUpMs: readonly [number, number];
  /** Between two faults of the provider. */
  readonly providerCalmMs: readonly [number, number];
}

/** Makes trouble until told to stop, and resolves when everything runs again and no fault is on. */
export async function makeTrouble(fleet: Fleet, terms: TroubleTerms): Promise<void> {
  const loops = [
    ...fleet.replicas.map((replica, index) => troubleReplica(replica, fork(terms), index)),
    restartDatabase(fleet, fork(terms)),
    disturbProvider(fleet, fork(terms)),
  ];
  await Promise.all(loops);
}

function fork(terms: TroubleTerms): TroubleTerms {
  return { ...terms, random: terms.random.fork() };
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

async function troubleReplica(replica: Replica, terms: TroubleTerms, index: number): Promise<void> {
  const { random, signal } = terms;
  await pause(500 * (index + 1));
  const drawBoundary = random.deckOf(BOUNDARIES);
  // One replica at least sleeps past everything that its claims were good for.
  if (index === 0) await freezePastTheFence(replica, terms);
  while (!signal.aborted) {
    const trouble = random.pickWeighted([
      [5, killAtRandom],
      [6, () => killAtBoundary(replica, terms, drawBoundary())],
      [2, cutConnections],
      [2, closeWays],
      [0.4, freezePastTheFence],
    ]);
    await trouble(replica, terms);
    await pauseUnless(signal, random.between(...terms.pace.replicaCalmMs));
  }
}

async function killAtRandom(replica: Replica, terms: TroubleTerms): Promise<void> {
  await kill(replica, 'kill at a random moment', terms);
}

async function killAtBoundary(
  replica: Replica,
  terms: TroubleTerms,
  { name, way, text, held }: Boundary,
): Promise<void> {
  const hold = replica[way].holdNext(text, held);
  const isReached = await Promise.race([hold.reached.then(() => true), pause(BOUNDARY_WITHIN_MS).then(() => false)]);
  await kill(replica, isReached ? `kill ${name}` : 'kill at a random moment', terms);
  hold.release();
}

async function kill(replica: Replica, name: string, { counts }: TroubleTerms): Promise<void> {
  await replica.gateway.kill();
  count(counts, name);
  await replica.start();
}

async function cutConnections(replica: Replica, { random, counts }: TroubleTerms): Promise<void> {
  const way = random.pick(['toDatabase', 'toProvider'] as const);
  replica[way].cut();
  count(counts, way === 'toDatabase' ? 'connections to the database cut' : 'connections to the provider cut');
  await Promise.resolve();
}

async function closeWays(replica: Replica, { random, counts }: TroubleTerms): Promise<void> {
  const way = random.pick(['toDatabase', 'toProvider'] as const);
  replica[way].setOpen(false);
  count(counts, way === 'toDatabase' ? 'database out of reach for a while' : 'provider out of reach for a while');
  await pause(random.between(200, 2_000));
  replica[way].setOpen(true);
}

/** Until then clients go on calling a gateway that does not answer. */
const NOTICED_AFTER_MS = 500;

/** With a claim that it does not know of yet: what it does when it wakes up, it does long after others have concluded about it. */
async function freezePastTheFence(replica: Replica, { counts }: TroubleTerms): Promise<void> {
  const hold = replica.toDatabase.holdNext(CLAIMS, 'answer');
  await Promise.race([hold.reached, pause(BOUNDARY_WITHIN_MS)]);
  replica.gateway.freeze();
  count(counts, 'stopped past fence and grace, then continued');
  await pause(NOTICED_AFTER_MS);
  replica.isInRotation = false;
  await pause(CONCLUDED_AFTER_MS + 1_000);
  hold.release();
  replica.gateway.thaw();
  replica.isInRotation = true;
}

async function restartDatabase({ postgres }: Fleet, terms: TroubleTerms): Promise<void> {
  const { random, counts, signal, pace } = terms;
  for (let round = 0; ; round++) {
    await pauseUnless(signal, random.between(...pace.databaseUpMs));
    if (signal.aborted) return;
    const mode = round % 2 === 0 ? 'immediate' : 'fast';
    await postgres.stop(mode);
    await pause(random.between(100, 1_500));
    await postgres.start();
    count(counts, `database restarted, ${mode}`);
  }
}

/** Faults of the provider that no instrument triggers, one at a time, with quiet moments between them. */
async function disturbProvider({ sandbox }: Fleet, { random, counts, signal, pace }: TroubleTerms): Promise<void> {
  const draw = random.deckOf(PROVIDER_FAULTS);
  while (!signal.aborted) {
    await pauseUnless(signal, random.between(...pace.providerCalmMs));
    if (signal.aborted) return;
    const [name, faults] = draw();
    await setFaults(sandbox.url, faults);
    count(counts, name);
    await pauseUnless(signal, random.between(800, 2_500));
    await fetch(`${sandbox.url}/sandbox/faults`, { method: 'DELETE' });
  }
}

/** Orders turn up and charges happen after the gateway has given the answer up, but within the grace. */
const PROVIDER_FAULTS = [
  ['lookups ignore their filter', { lookups: { ignoreFilter: true } }],
  ['lookups hide the metadata', { lookups: { hideMetadata: true } }],
  ['lookups answer 500', { lookups: { answer500: true } }],
  ['lookups show new orders late', { lookups: { hideNewForMs: 1_200 } }],
  ['charges come late', { payments: { delayChargeMs: 300 } }],
  ['charges come after the deadline', { payments: { delayChargeMs: 1_600 } }],
  ['answers come late', { payments: { delayAnswerMs: 300 } }],
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
