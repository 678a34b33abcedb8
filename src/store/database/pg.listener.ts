import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import { Backoff } from '../../shared/backoff.js';
import type { Clock } from '../../shared/clock.js';
import { Latch } from '../../shared/latch.js';
import type { Log } from '../../shared/log/log.js';
import type { ChannelListener, Listening } from './sql-database.js';

interface PgListenerDeps {
  readonly config: ClientConfig;
  readonly channel: string;
  readonly notify: (channel: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Listens over one connection, and over another when it breaks. Each has to hear a notification of
 * its own first: a pooler in transaction mode accepts LISTEN, and nothing ever comes.
 */
export function listenOverPg(deps: PgListenerDeps, listener: ChannelListener): Listening {
  const stopped = new Latch();
  const running = keepListening(deps, listener, stopped.signal);
  return {
    close: async () => {
      stopped.open();
      await running;
    },
  };
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const DEAF_PAUSE_MS = 60_000;
const PROBE_INTERVAL_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
const HEARS_WITHIN_MS = 5_000;

class DeafError extends Error {
  override readonly name = 'DeafError';
}

const DEAF_ADVICE =
  'Notifications of the database do not come. A pooler that lends a connection for one transaction only, such as ' +
  'PgBouncer in transaction mode, keeps no LISTEN: set DATABASE_LISTEN_URL to the same database past the pooler. ' +
  'Until then changes are looked for every second.';

type Hearing = Pick<ChannelListener, 'onNotification' | 'onGap'>;

async function keepListening(deps: PgListenerDeps, listener: ChannelListener, stopped: AbortSignal): Promise<void> {
  const backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS });
  let hasWarned = false;
  while (!stopped.aborted) {
    let isDeaf = false;
    try {
      await listenOnce(deps, stopped, {
        onNotification: (payload) => {
          listener.onNotification(payload);
        },
        onGap: () => {
          backoff.reset();
          hasWarned = false;
          listener.onGap();
        },
      });
    } catch (error) {
      listener.onSilence();
      isDeaf = error instanceof DeafError;
      if (!isDeaf) deps.log.warn({ err: error, channel: deps.channel }, 'store.listening-lost');
      else if (!hasWarned) deps.log.warn({ advice: DEAF_ADVICE }, 'store.notifications-do-not-come');
      hasWarned ||= isDeaf;
    }
    await deps.clock.sleep(isDeaf ? DEAF_PAUSE_MS : backoff.next(), stopped);
  }
}

async function listenOnce(deps: PgListenerDeps, stopped: AbortSignal, listener: Hearing): Promise<void> {
  const client = new Client({ ...deps.config, query_timeout: PROBE_TIMEOUT_MS });
  const over = new Latch();
  const end = (): void => {
    over.open();
  };
  client.on('error', end);
  client.on('end', end);
  client.on('notification', ({ channel, payload }) => {
    if (channel === deps.channel) listener.onNotification(payload ?? '');
  });
  stopped.addEventListener('abort', end);
  try {
    await client.connect();
    const probe = await proveHearing(client, deps, over.signal);
    await client.query(`LISTEN ${escapeIdentifier(deps.channel)}; UNLISTEN ${escapeIdentifier(probe)}`);
    listener.onGap();
    while (!(await over.opensWithin(PROBE_INTERVAL_MS, deps.clock))) await client.query('SELECT 1');
    if (!stopped.aborted) throw new Error('the listening connection was closed');
  } finally {
    stopped.removeEventListener('abort', end);
    await client.end();
  }
}

async function proveHearing(client: Client, deps: PgListenerDeps, over: AbortSignal): Promise<string> {
  const probe = `probe_${randomUUID()}`;
  const heard = new Latch();
  client.on('notification', ({ channel }) => {
    if (channel === probe) heard.open();
  });
  await client.query(`LISTEN ${escapeIdentifier(probe)}`);
  await deps.notify(probe);
  await deps.clock.sleep(HEARS_WITHIN_MS, AbortSignal.any([heard.signal, over]));
  if (!heard.isOpen && !over.aborted) throw new DeafError();
  return probe;
}
