import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import type { Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log/log.js';
import type { ChannelListener, Listening } from './sql-database.js';

export interface PgListenerDeps {
  readonly config: ClientConfig;
  readonly channel: string;
  /** Notifies a channel on the way that changes of payments are told, over a connection of the pool. Throws StoreUnavailableError. */
  readonly notify: (channel: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * One connection that listens on a channel until closed. When it breaks, another takes its place and the listener is told of the gap. It has to
 * hear a notification of its own first: a pooler in transaction mode takes LISTEN without a word, and nothing ever comes.
 */
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
/** A way that carries no notifications has to be changed by somebody; now and then it is tried again. */
const DEAF_PAUSE_MS = 60_000;
/** A connection that died without a word (a firewall, a pulled cable) is found out by asking. */
const PROBE_INTERVAL_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
/** Far more than it ever takes. Nobody waits for it: until then, and for ever where it does not come, the listener looks. */
const HEARS_WITHIN_MS = 5_000;

/** Listening was taken, and what was notified did not come. */
class DeafError extends Error {
  override readonly name = 'DeafError';
}

const DEAF_ADVICE =
  'Notifications of the database do not come. A pooler that lends a connection for one transaction only, such as PgBouncer in transaction mode, keeps no LISTEN: set DATABASE_LISTEN_URL to the same database past the pooler. Until then changes are looked for every second.';

type Hearing = Pick<ChannelListener, 'onNotification' | 'onGap'>;

async function keepListening(deps: PgListenerDeps, listener: ChannelListener, stopped: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let hasWarned = false;
  while (!stopped.aborted) {
    try {
      await listenOnce(deps, stopped, {
        onNotification: (payload) => {
          listener.onNotification(payload);
        },
        onGap: () => {
          pauseMs = FIRST_PAUSE_MS;
          hasWarned = false;
          listener.onGap();
        },
      });
    } catch (error) {
      listener.onSilence();
      const isDeaf = error instanceof DeafError;
      if (!isDeaf) deps.log.warn({ err: error, channel: deps.channel }, 'store.listening-lost');
      else if (!hasWarned) deps.log.warn({ advice: DEAF_ADVICE }, 'store.notifications-do-not-come');
      hasWarned ||= isDeaf;
      if (isDeaf) pauseMs = DEAF_PAUSE_MS;
    }
    await deps.clock.sleep(pauseMs, stopped);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Listens on one connection: returns when stopped, throws when the connection is lost. */
async function listenOnce(deps: PgListenerDeps, stopped: AbortSignal, listener: Hearing): Promise<void> {
  const client = new Client({ ...deps.config, query_timeout: PROBE_TIMEOUT_MS });
  const over = new AbortController();
  const end = (): void => {
    over.abort();
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

/**
 * Throws DeafError where its own notification does not come. By a channel of its own: a pooler leaves LISTEN with one of its connections,
 * which would go on to get what nobody hears.
 */
async function proveHearing(client: Client, deps: PgListenerDeps, over: AbortSignal): Promise<string> {
  const probe = `probe_${randomUUID()}`;
  const heard = new AbortController();
  client.on('notification', ({ channel }) => {
    if (channel === probe) heard.abort();
  });
  await client.query(`LISTEN ${escapeIdentifier(probe)}`);
  await deps.notify(probe);
  await deps.clock.sleep(HEARS_WITHIN_MS, AbortSignal.any([heard.signal, over]));
  if (!heard.signal.aborted && !over.aborted) throw new DeafError();
  return probe;
}
