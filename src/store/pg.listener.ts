import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import type { ChannelListener, Listening } from './sql-database.js';

export interface PgListenerDeps {
  readonly config: ClientConfig;
  readonly channel: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** One connection that listens on a channel until closed. When it breaks, another takes its place and the listener is told of the gap. */
export function listenOverPg(deps: PgListenerDeps, listener: ChannelListener): Listening {
  const stopped = new AbortController();
  const running = keepListening(deps, listener, stopped.signal);
  return {
    close: async () => {
      stopped.abort();
      await running;
    },
  };
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A connection that died without a word (a firewall, a pulled cable) is found out by asking. */
const PROBE_INTERVAL_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

async function keepListening(deps: PgListenerDeps, listener: ChannelListener, stopped: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!stopped.aborted) {
    try {
      await listenOnce(deps, stopped, {
        onNotification: (payload) => {
          listener.onNotification(payload);
        },
        onGap: () => {
          pauseMs = FIRST_PAUSE_MS;
          listener.onGap();
        },
      });
    } catch (error) {
      deps.log.warn({ err: error, channel: deps.channel }, 'store.listening-lost');
    }
    await deps.clock.sleep(pauseMs, stopped);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Listens on one connection: returns when stopped, throws when the connection is lost. */
async function listenOnce(deps: PgListenerDeps, stopped: AbortSignal, listener: ChannelListener): Promise<void> {
  const client = new Client({ ...deps.config, query_timeout: PROBE_TIMEOUT_MS });
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ payload }) => {
    listener.onNotification(payload ?? '');
  });
  stopped.addEventListener('abort', end);
  try {
    await client.connect();
    await client.query(`LISTEN ${escapeIdentifier(deps.channel)}`);
    listener.onGap();
    while (!over.signal.aborted) {
      await deps.clock.sleep(PROBE_INTERVAL_MS, over.signal);
      if (!over.signal.aborted) await client.query('SELECT 1');
    }
    if (!stopped.aborted) throw new Error('the listening connection was closed');
  } finally {
    stopped.removeEventListener('abort', end);
    await client.end();
  }
}
