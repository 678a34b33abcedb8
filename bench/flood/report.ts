import type { FloodReport } from './flooder.js';

export interface Phase {
  readonly latenciesMs: readonly number[];
  /** Processors that the gateway kept busy. */
  readonly busy: number;
}

export interface FloodedPhase extends Phase {
  readonly flood: FloodReport;
  readonly floodMs: number;
}

export interface Phases {
  readonly alone: Phase[];
  /** The same flood against another process of the same machine. */
  readonly elsewhere: FloodedPhase[];
  readonly flooded: FloodedPhase[];
}

/** The median round's p99 under flood may be this many times the p99 alone. */
const BAR = 1.5;

/** Prints a table, then everything as one line of JSON. Returns whether the bar is met. */
export function printReport(settings: object, { alone, elsewhere, flooded }: Phases): boolean {
  const kinds = { alone, elsewhere, flooded };
  const rounds = alone.map((_, index) => summariesOf(kinds, (phases) => phases.slice(index, index + 1)));
  const all = summariesOf(kinds, (phases) => phases);
  const ratiosOf = (kind: Kind): number[] => rounds.map((round) => round[kind].p99Ms / round.alone.p99Ms);
  const [ratio, elsewhereRatio] = [medianOf(ratiosOf('flooded')), medianOf(ratiosOf('elsewhere'))];
  const pooledRatio = all.flooded.p99Ms / all.alone.p99Ms;
  const flood = floodOf(flooded);
  const rows = [...rounds, all].flatMap((summaries, index) =>
    Object.entries(summaries).map(([phase, summary]) => ({
      round: rounds[index] ? index + 1 : 'all',
      phase,
      ...summary,
    })),
  );
  process.stdout.write(`${toTable(rows)}\n`);
  process.stdout.write(
    `flood: ${flood.sentPerSecond}/s sent, ${flood.answeredPerSecond}/s answered, ${flood.heldBack} held back, ` +
      `by status ${JSON.stringify(flood.answers)}\n`,
  );
  process.stdout.write(
    `p99 flooded / p99 alone, median of the rounds = ${ratio.toFixed(2)} (bar ${BAR}), of all rounds together ` +
      `${pooledRatio.toFixed(2)}; with the flood elsewhere ${elsewhereRatio.toFixed(2)}\n`,
  );
  const result = {
    settings,
    node: process.version,
    all,
    roundRatios: ratiosOf('flooded').map(toTwoDigits),
    flood,
    ratio: toTwoDigits(ratio),
    pooledRatio: toTwoDigits(pooledRatio),
    elsewhereRatio: toTwoDigits(elsewhereRatio),
    bar: BAR,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return ratio <= BAR;
}

interface Summary {
  readonly payments: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly busy: number;
}

type Kind = keyof Phases;

function summariesOf(kinds: Phases, pick: (phases: readonly Phase[]) => readonly Phase[]): Record<Kind, Summary> {
  return {
    alone: summaryOf(pick(kinds.alone)),
    elsewhere: summaryOf(pick(kinds.elsewhere)),
    flooded: summaryOf(pick(kinds.flooded)),
  };
}

function summaryOf(phases: readonly Phase[]): Summary {
  const sorted = phases.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const at = (share: number): number => toTwoDigits(sorted[Math.ceil(sorted.length * share) - 1] ?? NaN);
  const busy = phases.reduce((sum, phase) => sum + phase.busy, 0) / phases.length;
  return { payments: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), busy: toTwoDigits(busy) };
}

function floodOf(phases: readonly FloodedPhase[]) {
  const seconds = phases.reduce((sum, { floodMs }) => sum + floodMs, 0) / 1000;
  const sum = (pick: (report: FloodReport) => number): number =>
    phases.reduce((total, { flood }) => total + pick(flood), 0);
  const statuses = [...new Set(phases.flatMap(({ flood }) => Object.keys(flood.answers)))].sort();
  const answers = Object.fromEntries(statuses.map((status) => [status, sum((flood) => flood.answers[status] ?? 0)]));
  const answered = Object.values(answers).reduce((total, count) => total + count, 0);
  return {
    sentPerSecond: Math.round(sum(({ sent }) => sent) / seconds),
    answeredPerSecond: Math.round(answered / seconds),
    heldBack: sum(({ heldBack }) => heldBack),
    connectionsClosed: sum(({ connectionsClosed }) => connectionsClosed),
    answers,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

function toTwoDigits(value: number): number {
  return Math.round(value * 100) / 100;
}

function toTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(9)).join(' ');
  return [line(names), ...rows.map((row) => line(names.map((name) => String(row[name]))))].join('\n');
}
