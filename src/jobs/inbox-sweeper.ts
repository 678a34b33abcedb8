import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { WebhookInbox } from '../payments/ports/webhook-inbox.js';
import type { Clock } from '../shared/clock.js';
import { createRepeatingJob, type RepeatingJob } from './repeating-job.js';

export interface InboxSweeperDeps {
  readonly inbox: WebhookInbox;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** The pause between two sweeps. */
  readonly intervalMs: number;
}

/** A claim is committed before its request is sent, so no event comes before its row. The rest is for events that cross a rewritten row. */
const UNKNOWN_AFTER_MS = 20_000;

/**
 * Gives waiting events to payments that can be found by now. Events and payments find each other by themselves as they come, so there is
 * something to give only where a process died or lost its database in between. Any number of replicas may run it.
 */
export function createInboxSweeper({ inbox, clock, log, intervalMs }: InboxSweeperDeps): RepeatingJob {
  return createRepeatingJob({
    ...{ name: 'inbox-sweeper', pauseMs: intervalMs, clock, log },
    run: async () => {
      const given = await inbox.sweep();
      if (given > 0) log.info('inbox.swept', { given });
      for (const unknown of await inbox.takeUnknown(UNKNOWN_AFTER_MS))
        log.alarm('webhook.unknown-payment', { ...unknown });
    },
  });
}
