import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIENCE, startIssuer, type Issuer } from '../test/security/support/issuer.js';
import { GatewayProcess } from '../test/support/gateway/gateway-process.js';
import { startPostgres } from '../test/support/postgres.js';
import type { FloodOrder, FloodReport } from './flood/flooder.js';
import { startInstantProvider } from './flood/instant-provider.js';
import { createPayingCaller, type PayingCaller } from './flood/paying-caller.js';
import { printReport, type FloodedPhase, type Phases } from './flood/report.js';

/**
 * How much a flood without credentials slows the payments of a caller who has them. Each round
 * measures a gateway on a real PostgreSQL alone, flooded, and with the flood going elsewhere, so that
 * a machine that gets slower does so for all three. Exit code 1 where the median round's p99 under
 * flood is above the bar.
 */
async function main(): Promise<void> {
  const settings = readSettings();
  const [postgres, provider, issuer] = [await startPostgres(), await startInstantProvider(), await startIssuer()];
  const databaseUrl = await postgres.createDatabase();
  const gateway = newGateway({ databaseUrl, providerUrl: provider.baseUrl, issuer, port: settings.port });
  const flooder = fork(join(__dirname, 'flood', 'flooder.js'));
  const bare = fork(join(__dirname, 'flood', 'bare-server.js'), [String(settings.port + 1)]);
  const url = `http://127.0.0.1:${settings.port}`;
  const token = issuer.token({ client_id: 'shop', scope: 'payments:write payments:read payments:any-customer' });
  const caller = createPayingCaller({ url, token, perSecond: settings.paymentsPerSecond });
  try {
    await gateway.start();
    await caller.payFor(WARM_UP_MS);
    const phases = await measure(settings, { caller, flooder, gatewayPid: gateway.pid, issuer: issuer.issuer });
    process.exitCode = printReport(settings, phases) ? 0 : 1;
  } finally {
    flooder.disconnect();
    bare.disconnect();
    await caller.close();
    await gateway.kill('SIGTERM');
    process.stderr.write(gateway.errors);
    provider.close();
    await issuer.close();
    await postgres.dispose();
  }
}

export interface FloodSettings {
  readonly port: number;
  readonly rounds: number;
  readonly phaseMs: number;
  readonly paymentsPerSecond: number;
  readonly floodPerSecond: number;
  readonly slowWebhooks: number;
}

const FIRST_KEY = 'key-1';
const WARM_UP_MS = 5_000;
const FLOODS_BEFORE = 3;
/** Closing connections and collected garbage must not count against the next round. */
const QUIET_MS = 500;

function readSettings(): FloodSettings {
  const number = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);
  return {
    port: number('BENCH_PORT', 4_123),
    rounds: number('BENCH_ROUNDS', 10),
    phaseMs: number('BENCH_PHASE_MS', 5_000),
    paymentsPerSecond: number('BENCH_PAYMENTS_PER_SECOND', 50),
    floodPerSecond: number('BENCH_FLOOD_PER_SECOND', 1_000),
    slowWebhooks: number('BENCH_SLOW_WEBHOOKS', 50),
  };
}

interface GatewayOptions {
  readonly databaseUrl: string;
  readonly providerUrl: string;
  readonly issuer: Issuer;
  readonly port: number;
}

/** With the limits of production. BENCH_NODE_ARGUMENTS is for a profiler. */
function newGateway({ databaseUrl, providerUrl, issuer, port }: GatewayOptions): GatewayProcess {
  const nodeArguments = (process.env.BENCH_NODE_ARGUMENTS ?? '').split(' ').filter((argument) => argument !== '');
  return new GatewayProcess({
    nodeArguments,
    stdout: openSync('/dev/null', 'w'),
    env: {
      ...{ NODE_ENV: 'production', PORT: String(port), MAX_EVENT_LOOP_DELAY_MS: undefined, DATABASE_URL: databaseUrl },
      ...{ CLINK_API_KEY: 'sk_test_bench', CLINK_BASE_URL: providerUrl, CLINK_WEBHOOK_SECRETS: 'whsec_of_the_bench' },
      ...{ AUTH_MODE: 'jwt', AUTH_JWKS_URL: issuer.jwksUrl, AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: AUDIENCE },
    },
  });
}

interface MeasureDeps {
  readonly caller: PayingCaller;
  readonly flooder: ChildProcess;
  readonly gatewayPid: number;
  readonly issuer: string;
}

async function measure(settings: FloodSettings, { caller, flooder, gatewayPid, issuer }: MeasureDeps): Promise<Phases> {
  const phases: Phases = { alone: [], elsewhere: [], flooded: [] };
  const order: FloodOrder = {
    port: settings.port,
    known: { issuer, audience: AUDIENCE, kid: FIRST_KEY },
    perSecond: settings.floodPerSecond,
    slowWebhooks: settings.slowWebhooks,
  };
  const flooded = async (target: FloodOrder): Promise<FloodedPhase> => {
    flooder.send(target);
    await pause(QUIET_MS);
    const phase = await timed(gatewayPid, () => caller.payFor(settings.phaseMs));
    flooder.send('stop');
    const [report] = (await once(flooder, 'message')) as [FloodReport];
    await pause(QUIET_MS);
    return { ...phase, flood: report, floodMs: settings.phaseMs + QUIET_MS };
  };
  // The first floods compile code on the way; a gateway that has run for a while is compared.
  for (let time = 0; time < FLOODS_BEFORE; time += 1) await flooded(order);
  for (let round = 0; round < settings.rounds; round += 1) {
    phases.alone.push(await timed(gatewayPid, () => caller.payFor(settings.phaseMs)));
    phases.elsewhere.push(await flooded({ ...order, port: settings.port + 1 }));
    phases.flooded.push(await flooded(order));
  }
  return phases;
}

async function timed(pid: number, run: () => Promise<number[]>): Promise<{ latenciesMs: number[]; busy: number }> {
  const [cpuBefore, beganAtMs] = [cpuSecondsOf(pid), performance.now()];
  const latenciesMs = await run();
  return { latenciesMs, busy: (cpuSecondsOf(pid) - cpuBefore) / ((performance.now() - beganAtMs) / 1000) };
}

const TICKS_PER_SECOND = 100;

/** Processor time of all threads of a process so far; Linux only. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
});
