import 'reflect-metadata';
import { ClosingStack } from './composition/closing-stack.js';
import type { CompositionDeps } from './composition/composition-deps.js';
import { createEdge } from './composition/create-edge.js';
import { createJobs } from './composition/create-jobs.js';
import { createServices } from './composition/create-services.js';
import { openProvider, openSandbox } from './composition/open-provider.js';
import { openConfiguredStore } from './composition/open-store.js';
import { toOperatorLog } from './composition/operator-log.js';
import type { Config } from './config/config.js';
import { createPaymentChanges } from './events/payment-changes.js';
import { createOutcomeWriter } from './payments/outcome-writer/outcome-writer.js';
import { systemClock } from './shared/clock.js';
import type { Log } from './shared/log/log.js';

export interface App {
  /** Where GraphQL, explorer and health checks are: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly sandboxUrl: string | null;
  /** Takes nothing new, finishes what is in flight, records every outcome learned, then closes every part. */
  close(): Promise<void>;
}

const OUTCOMES_DRAIN_MS = 5_000;

/** Throws where a part can't start. */
export async function startApp(config: Config, log: Log): Promise<App> {
  const deps = { config, clock: systemClock, log, operatorLog: toOperatorLog(log) };
  const opened = new ClosingStack();
  try {
    return await composeApp(deps, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function composeApp(deps: CompositionDeps, opened: ClosingStack): Promise<App> {
  const { config, clock, log } = deps;
  const sandbox = opened.add(await openSandbox(deps));
  const store = opened.add(await openConfiguredStore(deps));
  const changes = opened.add(createPaymentChanges({ source: store.changes, clock, log }));
  const provider = opened.add(openProvider(deps, sandbox));
  const outcomeWriter = createOutcomeWriter(clock, deps.operatorLog);
  opened.add({ close: () => outcomeWriter.drain(OUTCOMES_DRAIN_MS) });
  for (const job of createJobs(deps, { store, provider })) opened.add(job).start();
  const services = createServices(deps, { store, changes, provider, outcomeWriter });
  const sandboxUrl = sandbox?.url ?? null;
  const server = opened.add(await createEdge(deps, { store, services, sandboxUrl }));
  const { url } = await server.listen();
  const [secret] = config.clink.webhookSecrets;
  if (sandbox !== null && secret !== undefined) sandbox.setWebhook({ url: `${url}/webhooks/clink`, secret });
  return { url, sandboxUrl, close: () => opened.close() };
}
