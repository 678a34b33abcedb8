import { createPaymentChanges, type ClosablePaymentChanges } from '../../src/events/payment-changes.js';
import { newId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/shared/clock.js';
import type { PaymentWatch } from '../../src/payments/ports/payment-changes.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { claimedPayment, giveBack, newTakeOver, newUpdate, SOME_TIME_MS } from '../store/support/payments.fixture.js';
import { serverOptions, silentLog } from '../store/support/test-store-options.js';
import { describeStore, useOwnPostgres } from '../store/support/test-stores.js';

/** Only a failing test waits this long. */
const LONG_MS = 20_000;

function changesOf(store: Store): ClosablePaymentChanges {
  return createPaymentChanges({ source: store.changes, clock: systemClock, log: silentLog });
}

/** A watch is woken when listening begins; from then on only changes wake it. */
async function watchListening(changes: ClosablePaymentChanges, paymentId: string): Promise<PaymentWatch> {
  const watch = changes.watch(paymentId);
  await watch.changed(LONG_MS);
  return watch;
}

async function isWoken(watch: PaymentWatch, withinMs: number): Promise<boolean> {
  const startedAtMs = performance.now();
  await watch.changed(withinMs);
  return performance.now() - startedAtMs < withinMs - 5;
}

describeStore('payment changes', (store) => {
  let changes: ClosablePaymentChanges;
  beforeAll(async () => {
    changes = changesOf(store());
    (await watchListening(changes, 'pay_first')).close();
  });
  afterAll(() => changes.close());

  it('wakes those who watch a payment when it is recorded, released or taken over, and nobody else', async () => {
    const paymentId = await claimedPayment(store());
    const other = await claimedPayment(store());
    const first = changes.watch(paymentId);
    const second = changes.watch(paymentId);
    const bystander = changes.watch(other);

    await giveBack(store(), paymentId);
    expect(await Promise.all([isWoken(first, LONG_MS), isWoken(second, LONG_MS)])).toEqual([true, true]);
    await store().payments.takeOver(paymentId, newTakeOver());
    expect(await isWoken(first, LONG_MS)).toBe(true);
    await store().payments.record(paymentId, newUpdate());
    expect(await isWoken(first, LONG_MS)).toBe(true);

    expect(await isWoken(bystander, 50)).toBe(false);
  });

  it('remembers a change that came before anybody waited for it, once', async () => {
    const paymentId = await claimedPayment(store());
    const watch = changes.watch(paymentId);
    const witness = changes.watch(paymentId);
    await store().payments.record(paymentId, newUpdate());
    await witness.changed(LONG_MS);

    expect(await isWoken(watch, LONG_MS)).toBe(true);
    expect(await isWoken(watch, 50)).toBe(false);
  });

  it('wakes no watcher for an update that is recorded again', async () => {
    const paymentId = await claimedPayment(store());
    const update = newUpdate();
    const watch = changes.watch(paymentId);
    await store().payments.record(paymentId, update);
    await watch.changed(LONG_MS);

    await store().payments.record(paymentId, { ...update, eventId: newId('event', SOME_TIME_MS) });

    expect(await isWoken(watch, 100)).toBe(false);
  });

  it('wakes watchers where an update that was recorded before moves the payment again', async () => {
    const paymentId = await claimedPayment(store());
    const again = { state: 'PENDING', dedupeKey: 'order:order_1:PENDING' } as const;
    await store().payments.record(paymentId, newUpdate(again));
    const next = newUpdate({ state: 'REQUIRES_ACTION', providerTimeMs: SOME_TIME_MS + 1 });
    await store().payments.record(paymentId, next);
    const own = changesOf(store());
    const watch = await watchListening(own, paymentId);

    const recorded = await store().payments.record(
      paymentId,
      newUpdate({ ...again, providerTimeMs: SOME_TIME_MS + 2 }),
    );

    expect(recorded.state).toBe('PENDING');
    expect(await isWoken(watch, LONG_MS)).toBe(true);
    await own.close();
  });

  it('wakes who is waiting when his watch or all of them are closed', async () => {
    const own = changesOf(store());
    const one = await watchListening(own, 'pay_1');
    const another = own.watch('pay_1');
    const waiting = [isWoken(one, LONG_MS), isWoken(another, LONG_MS)];

    one.close();
    await own.close();

    expect(await Promise.all(waiting)).toEqual([true, true]);
  });
});

describe('payment changes between replicas', () => {
  const server = useOwnPostgres();
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  });

  function add<T extends { close(): Promise<void> }>(part: T): T {
    opened.push(part);
    return part;
  }

  it('tells every replica over one connection each, however many watch', async () => {
    const databaseUrl = await server().createDatabase();
    const writer = add(await openStore(serverOptions(databaseUrl)));
    const reader = add(await openStore(serverOptions(databaseUrl)));
    const paymentId = await claimedPayment(writer);
    const changes = add(changesOf(reader));
    await watchListening(changes, 'pay_first');
    const interested = Array.from({ length: 1_000 }, () => changes.watch(paymentId));
    const others = Array.from({ length: 1_000 }, (_, index) => changes.watch(`pay_${index}`));

    await writer.payments.record(paymentId, newUpdate());

    const woken = await Promise.all(interested.map((watch) => isWoken(watch, LONG_MS)));
    expect(woken).not.toContain(false);
    expect(await Promise.all(others.map((watch) => isWoken(watch, 50)))).not.toContain(true);
    // Of clients alone: the server's own housekeeping looks in as well.
    const connections = await server().sql(
      databaseUrl,
      `SELECT count(*)::integer AS open FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    // One connection of each store's pool has been used, by one statement after the other, and one listens.
    expect(connections).toEqual([{ open: 3 }]);
  });

  it('wakes everybody after it lost the connection, and hears again', async () => {
    const databaseUrl = await server().createDatabase();
    const proxy = add(await startPostgresProxy(databaseUrl));
    const writer = add(await openStore(serverOptions(databaseUrl)));
    const reader = add(await openStore(serverOptions(proxy.url)));
    const paymentId = await claimedPayment(writer);
    const watch = await watchListening(add(changesOf(reader)), paymentId);

    proxy.setOpen(false);
    await writer.payments.record(paymentId, newUpdate({ state: 'PENDING' }));
    expect(await isWoken(watch, 100)).toBe(false);
    proxy.setOpen(true);

    expect(await isWoken(watch, LONG_MS)).toBe(true);
    await writer.payments.record(paymentId, newUpdate());
    expect(await isWoken(watch, LONG_MS)).toBe(true);
  });

  it('can be closed while it can’t connect', async () => {
    const proxy = add(await startPostgresProxy(await server().createDatabase()));
    const store = add(await openStore(serverOptions(proxy.url)));
    proxy.setOpen(false);

    await expect(changesOf(store).close()).resolves.toBeUndefined();
  });
});
