import type { ClinkClient } from '../clink/clink-client.js';
import { createInboxSweeper } from '../jobs/inbox-sweeper.js';
import { expireOldKeys } from '../jobs/key-reaper.js';
import { createRepeatingJob, type RepeatingJob } from '../jobs/repeating-job.js';
import { deleteOldRows } from '../jobs/row-reaper.js';
import { createReconciler } from '../payments/reconcile/reconciler.js';
import type { Store } from '../store/open-store.js';
import type { CompositionDeps } from './composition-deps.js';
import { SEND_WINDOW_MS } from './create-services.js';

const REAPERS_PAUSE_MS = 3_600_000;
/** Only what a crash left in the inbox waits for the sweeper. */
const INBOX_SWEEPER_PAUSE_MS = 10_000;

interface JobDeps {
  readonly store: Store;
  readonly provider: ClinkClient;
}

export function createJobs(deps: CompositionDeps, parts: JobDeps): RepeatingJob[] {
  const { clock, operatorLog: log } = deps;
  const { reconciliation, retention, inbox } = parts.store;
  return [
    createReconcilerJob(deps, parts),
    createRepeatingJob({
      name: 'key-reaper',
      pauseMs: REAPERS_PAUSE_MS,
      run: () => expireOldKeys(reconciliation),
      clock,
      log,
    }),
    createRepeatingJob({
      name: 'row-reaper',
      pauseMs: REAPERS_PAUSE_MS,
      run: () => deleteOldRows(retention, clock),
      clock,
      log,
    }),
    createInboxSweeper({ inbox, clock, log, intervalMs: INBOX_SWEEPER_PAUSE_MS }),
  ];
}

function createReconcilerJob(deps: CompositionDeps, { store, provider }: JobDeps): RepeatingJob {
  const { config, clock, operatorLog: log } = deps;
  const { reconcileIntervalMs, reconcileGraceMs } = config.payments;
  const reconciler = createReconciler({
    store: store.payments,
    reconciliation: store.reconciliation,
    orders: provider,
    options: {
      firstPauseMs: reconcileIntervalMs,
      providerTimeoutMs: config.clink.timeoutMs,
      graceMs: reconcileGraceMs,
      sendWindowMs: SEND_WINDOW_MS,
    },
    clock,
    log,
  });
  return createRepeatingJob({
    name: 'reconciler',
    pauseMs: reconcileIntervalMs,
    run: (signal) => reconciler.run(signal),
    clock,
    log,
  });
}
