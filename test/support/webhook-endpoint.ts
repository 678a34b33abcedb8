import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlarmName } from '../../src/payments/ports/alarms.js';
import type { OperatorLog } from '../../src/payments/ports/operator-log.js';
import type { Clock } from '../../src/shared/clock.js';
import { createLog } from '../../src/shared/log/log.js';
import { createWebhookReceiver } from '../../src/webhooks/receive-webhook.js';
import { MemoryWebhookInbox } from './memory-webhook-inbox.js';
import { searchedOutput } from './output-search.js';
import { TEST_WEBHOOK_SECRET } from './signed-webhook.js';

export interface WebhookEndpoint {
  readonly url: string;
  readonly inbox: MemoryWebhookInbox;
  readonly clock: SettableClock;
  /** Every line logged, as an operator gets it. */
  readonly logLines: readonly string[];
  /** Names of the alarms raised. */
  readonly alarms: readonly string[];
  close(): Promise<void>;
}

export interface SettableClock extends Clock {
  set(nowMs: number): void;
}

/** A receiver behind a real HTTP server on a free port, with an inbox in memory and a clock that stands still. */
export async function startWebhookEndpoint(
  nowMs: number,
  secrets: readonly string[] = [TEST_WEBHOOK_SECRET],
): Promise<WebhookEndpoint> {
  const inbox = new MemoryWebhookInbox();
  const clock = settableClock(nowMs);
  const logLines: string[] = [];
  const alarms: string[] = [];
  const log = recordingLog(logLines, alarms);
  const receive = createWebhookReceiver({ secrets: () => secrets, inbox, clock, log });
  const server = createServer((request, response) => {
    void request
      .toArray()
      .then((chunks) => receive(Buffer.concat(chunks as Buffer[]), request.headers))
      .catch(() => ({ status: 500, body: '' }))
      .then(({ status, body }) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ inbox, clock, logLines, alarms },
    url: `http://127.0.0.1:${port}/webhooks/clink`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function recordingLog(logLines: string[], alarms: string[]): OperatorLog {
  const log = createLog(
    'debug',
    searchedOutput((line) => void logLines.push(line)),
  );
  return {
    info: (event, details) => {
      log.info(details, event);
    },
    alarm: (event: AlarmName, details: object) => {
      alarms.push(event);
      log.error(details, event);
    },
  };
}

function settableClock(startMs: number): SettableClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    monotonicNow: () => nowMs,
    sleep: () => Promise.resolve(),
    set: (newNowMs) => (nowMs = newNowMs),
  };
}
