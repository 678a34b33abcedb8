import { runStorm, type StormReport, type StormSettings } from './storm.js';

/** `FAULTS=full` is the whole of it, several minutes long; without it a short form runs along with the other suites under load. */
const SETTINGS: Readonly<Record<'short' | 'full', Omit<StormSettings, 'seed'>>> = {
  short: {
    ...{ payments: 90, successes: 25, kills: 6, databaseRestarts: 2, clockJumps: 2, replicas: 3, shoppers: 12 },
    pace: {
      replicaCalmMs: [1_000, 3_000],
      databaseUpMs: [5_000, 9_000],
      providerCalmMs: [100, 300],
      providerFaultMs: [500, 1_200],
      clocksRightMs: [2_000, 5_000],
    },
  },
  full: {
    ...{ payments: 5_000, successes: 1_250, kills: 30, databaseRestarts: 3, clockJumps: 6, replicas: 3, shoppers: 64 },
    pace: {
      replicaCalmMs: [3_000, 9_000],
      databaseUpMs: [20_000, 40_000],
      providerCalmMs: [500, 2_500],
      providerFaultMs: [800, 2_500],
      clocksRightMs: [3_000, 9_000],
    },
  },
};
const { FAULTS, FAULT_SEED } = process.env;
const settings: StormSettings = {
  ...SETTINGS[FAULTS === 'full' ? 'full' : 'short'],
  seed: FAULT_SEED === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(FAULT_SEED),
};

describe(`gateways in a storm of faults, seed ${settings.seed}`, () => {
  let report: StormReport;
  beforeAll(async () => {
    report = await runStorm(settings);
    process.stdout.write(toText(report));
  }, 3_600_000);

  it('went through all that they were meant to', () => {
    expect(report.payments).toBeGreaterThanOrEqual(settings.payments);
    expect(report.kills).toBeGreaterThanOrEqual(settings.kills);
    expect(report.databaseRestarts).toBeGreaterThanOrEqual(settings.databaseRestarts);
    expect(report.answers.CreatePaymentSuccess).toBeGreaterThanOrEqual(settings.successes);
  });

  it('charged no key twice', () => {
    expect(report.verdict.chargedTwice).toEqual([]);
    expect(report.verdict.orderedTwice).toEqual([]);
  });

  it('lost no charge: each one is known under its key as a success', () => {
    expect(report.verdict.lost).toEqual([]);
  });

  it('left no payment unknown or under way, but those that only a person may decide', () => {
    expect(report.verdict.unfinished).toEqual([]);
  });

  it('ended every payment with the status that the provider has', () => {
    expect(report.verdict.wrongStatus).toEqual([]);
  });

  it('flagged what was charged otherwise than it was asked for, and woke somebody for every flag', () => {
    expect(report.verdict.unflagged).toEqual([]);
    expect(report.verdict.unalarmed).toEqual([]);
    expect(report.verdict.flaggedForNothing).toEqual([]);
  });

  it('told no client anything that is not so', () => {
    expect(report.verdict.inconsistent).toEqual([]);
  });

  it('answered every call with a member of the result', () => {
    expect(report.verdict.untyped).toEqual([]);
  });

  it('woke nobody for a bug', () => {
    const bugs = Object.keys(report.alarms).filter((name) =>
      /\.failed|gateway\.crashed|row-lost|unknown-payment/.test(name),
    );
    expect(bugs).toEqual([]);
  });
});

function toText({ settings: { seed }, verdict, ...report }: StormReport): string {
  const { intents, payments, kills, databaseRestarts, stormMs, settlingMs } = report;
  const sections = [
    ['storm', { seed, intents, payments, kills, databaseRestarts, stormMs, settlingMs }],
    ['troubles', report.troubles],
    ['answers to clients', report.answers],
    ['payments afterwards', report.figures],
    ['alarms', report.alarms],
    ['broken promises', Object.fromEntries(Object.entries(verdict).map(([name, { length }]) => [name, length]))],
  ] as const;
  return sections.map(([title, figures]) => `\n${title}\n${toLines(figures)}`).join('') + '\n';
}

function toLines(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, figure]) => `  ${String(figure).padStart(10)}  ${name}\n`)
    .join('');
}
