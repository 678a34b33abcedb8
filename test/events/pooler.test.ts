import { createPaymentChanges } from '../../src/events/payment-changes.js';
import { LOCAL_CALLER } from '../../src/payments/access/caller.js';
import type { Payment } from '../../src/payments/model/payment.js';
import type { PaymentState } from '../../src/payments/model/status.js';
import { createPaymentWatcher, type PaymentUpdates } from '../../src/payments/watch-payment/watch-payment.service.js';
import { systemClock, type Clock } from '../../src/shared/clock.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { createLineLog, type LineLog } from '../support/log-lines.js';
import { startPgBouncer } from '../support/pgbouncer.js';
import { claimedPayment, newUpdate } from '../store/support/payments.fixture.js';
import { serverOptions } from '../store/support/test-store-options.js';
import { usePostgres } from '../store/support/test-stores.js';

const WARNING = 'store.notifications-do-not-come';
/** Only a failing test waits this long; below the 30 s of a watcher's heartbeat. */
const LONG_MS = 20_000;
const POLLING_PAUSE_MS = 1_000;

/** Without polling: a change comes as a notification or not at all. */
const withoutPolling: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs === POLLING_PAUSE_MS ? LONG_MS * 10 : durationMs, signal),
};

describe('payment changes behind a pooler', () => {
  const server = usePostgres();
  const opened: { close(): Promise<void> }[] = [];
  let databaseUrl: string;
  let pooledUrl: string;

  beforeEach(async () => {
    databaseUrl = await server().createDatabase();
    const bouncer = await startPgBouncer(databaseUrl);
    opened.push(bouncer);
    pooledUrl = bouncer.url;
  });
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  });

  interface Watching {
    readonly store: Store;
    readonly paymentId: string;
    readonly updates: PaymentUpdates;
    readonly log: LineLog;
  }

  /** Updates of a payment, the first of them taken. */
  async function startWatching(listenUrl: string | null, clock = systemClock): Promise<Watching> {
    const log = createLineLog();
    const store = await openStore({ ...serverOptions(pooledUrl), listenUrl, clock, log: log.log });
    opened.push(store);
    const changes = createPaymentChanges({ source: store.changes, clock, log: log.log });
    opened.push(changes);
    const paymentId = await claimedPayment(store);
    const updates = createPaymentWatcher({ store: store.reads, changes, clock }).watchPayment(paymentId, LOCAL_CALLER);
    expect((await updates.next()).value).toMatchObject({ state: 'PROCESSING' });
    return { store, paymentId, updates, log };
  }

  /** The next update of a payment that gets the state; null where none comes for a long time. */
  async function seenAfter(state: PaymentState, { store, paymentId, updates }: Watching): Promise<unknown> {
    const seen = updates.next();
    await store.payments.record(paymentId, newUpdate({ state }));
    const over = new AbortController();
    const nothing = systemClock.sleep(LONG_MS, over.signal).then(() => null);
    const update = await Promise.race([seen, nothing]);
    over.abort();
    return (update?.value as Payment | undefined)?.state ?? null;
  }

  it('are looked for where notifications do not come, and one warning says why', async () => {
    const watching = await startWatching(null);
    const { log } = watching;

    expect(await seenAfter('PENDING', watching)).toBe('PENDING');
    const { level, advice } = await log.written(WARNING);
    expect(await seenAfter('SUCCEEDED', watching)).toBe('SUCCEEDED');

    expect(level).toBe('warn');
    expect(advice).toMatch(/PgBouncer in transaction mode.*DATABASE_LISTEN_URL/);
    expect(log.lines(WARNING)).toHaveLength(1);
  });

  it('are heard of past the pooler', async () => {
    const watching = await startWatching(databaseUrl, withoutPolling);
    await watching.log.written('events.listening');

    expect(await seenAfter('SUCCEEDED', watching)).toBe('SUCCEEDED');

    expect(watching.log.lines(WARNING)).toEqual([]);
  });

  it('are heard of through a pooler that lends a connection for a session', async () => {
    const bouncer = await startPgBouncer(databaseUrl, { mode: 'session', poolSize: 20 });
    opened.unshift(bouncer);
    const watching = await startWatching(bouncer.url, withoutPolling);
    await watching.log.written('events.listening');

    expect(await seenAfter('SUCCEEDED', watching)).toBe('SUCCEEDED');
  });

  it('are looked for where the listening goes to another database', async () => {
    const watching = await startWatching(await server().createDatabase());
    await watching.log.written(WARNING);

    expect(await seenAfter('SUCCEEDED', watching)).toBe('SUCCEEDED');
  });

  it('are looked for where nobody listens at the place that was named', async () => {
    const nowhere = new URL(databaseUrl);
    nowhere.port = '1';
    const watching = await startWatching(nowhere.href);

    expect(await seenAfter('SUCCEEDED', watching)).toBe('SUCCEEDED');
  });
});
