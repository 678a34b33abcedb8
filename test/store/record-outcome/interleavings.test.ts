import fc from 'fast-check';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { NewClaim } from '../../../src/payments/ports/payment-store.js';
import type { PaymentUpdate } from '../../../src/payments/ports/payment-update.js';
import type {
  CleanLookupOptions,
  DuePayment,
  LockDueOptions,
} from '../../../src/payments/ports/reconciliation-store.js';
import { STATE_RANKS, type PaymentState } from '../../../src/payments/model/status.js';
import { newId } from '../../../src/shared/ids.js';
import type { Store } from '../../../src/store/open-store.js';
import { claim, newClaim, newTakeOver, newUpdate, SOME_TIME_MS } from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';
import { newEvent, newLookupEvent, newOrderId, readPayment } from '../support/webhook-inbox.fixture.js';

const OPEN_MS = 3_600_000;
const NO_PAUSE = { firstMs: 0, longestMs: 0 };
const AT_ONCE: LockDueOptions = {
  limit: 1_000,
  abandonedAfterMs: 0,
  leaseMs: 0,
  unknownPauses: NO_PAUSE,
  waitingPauses: NO_PAUSE,
  lateLookPauseMs: 0,
  sendWindowMs: 2 * OPEN_MS,
  gatewayTimeMs: Date.now(),
};
const PAST_MS = 0;
/** The time for an order to turn up is over; see `PAST_MS`. */
const TURNED_UP: CleanLookupOptions = {
  turnsUpForMs: -OPEN_MS,
  graceMs: 0,
  sendWindowMs: 0,
  gatewayTimeMs: Date.now() + OPEN_MS,
};
const CLEAN_LOOKUPS_NEEDED = 3;

/** A process that holds a claim, or believes that it does. */
interface Sender {
  readonly claimId: string;
  readonly isBeforeDeadline: boolean;
  /** It has sent, or released its claim. */
  isDone: boolean;
  hasReleased: boolean;
}

/** One payment, the provider's truth about it, and all that has to do with it. */
class World {
  readonly senders: Sender[] = [];
  /** Learned and not written yet: it may be written long after, in any order. */
  private readonly unwritten: (() => Promise<unknown>)[] = [];
  private readonly ranks: number[] = [];
  order: { readonly orderId: string; readonly state: PaymentState } | null = null;
  requests = 0;

  constructor(
    private readonly store: Store,
    readonly claim: NewClaim,
  ) {}

  async call(windowMs: number): Promise<void> {
    const asked = { ...this.claim, ...freshIds(), sendWindowMs: windowMs };
    const { kind, payment } = await claim(this.store, asked);
    if (kind === 'claimed') this.hold(payment, windowMs);
    else await this.takeOver(windowMs);
  }

  async takeOver(windowMs: number): Promise<void> {
    const taken = await this.store.payments.takeOver(this.claim.id, newTakeOver({ sendWindowMs: windowMs }));
    if (taken?.kind === 'takenOver') this.hold(taken.payment, windowMs);
  }

  private hold({ claimId }: Payment, windowMs: number): void {
    this.senders.push({ claimId, isBeforeDeadline: windowMs === OPEN_MS, isDone: false, hasReleased: false });
  }

  /** Also of a claim that another sender holds by now, and again where the store's answer got lost. */
  async release(which: number): Promise<void> {
    const sender = this.pick(which, ({ isDone, hasReleased }) => !isDone || hasReleased);
    if (sender === undefined) return;
    sender.isDone = true;
    sender.hasReleased = true;
    const { eventId } = freshIds();
    await this.store.payments.release(this.claim.id, { claimId: sender.claimId, eventId, detail: 'Not sent.' });
  }

  send(which: number, result: 'paid' | 'declined' | 'lost'): void {
    const sender = this.pick(which, maySend);
    if (sender === undefined) return;
    sender.isDone = true;
    this.requests += 1;
    const orderId = newOrderId();
    this.order ??= { orderId, state: result === 'declined' ? 'FAILED' : 'SUCCEEDED' };
    const { state } = this.order;
    this.learn(result === 'lost' ? { state: 'UNKNOWN' } : { state, fields: { orderId } });
  }

  webhook(state: 'PENDING' | 'outcome'): void {
    const { order, claim, store } = this;
    if (order === null) return;
    const update = newUpdate({
      source: 'WEBHOOK',
      state: state === 'outcome' ? order.state : state,
      fields: { orderId: order.orderId },
    });
    const event = newEvent({ match: { gatewayPaymentId: claim.id, orderId: order.orderId }, update });
    this.unwritten.push(() => store.inbox.receive(event));
  }

  async ask(): Promise<void> {
    await this.store.inbox.receive(newLookupEvent(this.claim.id));
  }

  /** Leases what is due and looks at the provider now; what it saw is written later. */
  async look(): Promise<void> {
    const leased = await this.store.reconciliation.lockDue(AT_ONCE);
    const due = leased.find(({ payment }) => payment.id === this.claim.id);
    if (due === undefined) return;
    const { order } = this;
    if (order === null) this.unwritten.push(() => this.conclude(due));
    else this.learn({ source: 'RECONCILIATION', state: order.state, fields: { orderId: order.orderId } });
    this.unwritten.push(() => this.store.reconciliation.recordAnswered(due));
  }

  private async conclude(due: DuePayment): Promise<void> {
    if (due.payment.state !== 'UNKNOWN') return;
    const { count, isTimeOver } = await this.store.reconciliation.recordCleanLookup(due, TURNED_UP);
    if (count >= CLEAN_LOOKUPS_NEEDED && isTimeOver) this.learn({ state: 'FAILED_INFERRED' });
  }

  private learn(fields: Partial<PaymentUpdate>): void {
    const update = newUpdate({ eventId: newId('event', SOME_TIME_MS), ...fields });
    this.unwritten.push(() => this.store.payments.record(this.claim.id, update));
  }

  async write(which: number): Promise<void> {
    const [write] = this.unwritten.splice(which % Math.max(this.unwritten.length, 1), 1);
    await write?.();
  }

  async writeAll(): Promise<void> {
    while (this.unwritten.length > 0) await this.write(0);
  }

  async check(): Promise<void> {
    const [payment] = await this.store.payments.findByIds([this.claim]);
    if (!payment) return;
    this.ranks.push(STATE_RANKS[payment.state]);
    expect(this.ranks).toEqual([...this.ranks].sort((a, b) => a - b));
    expect(this.senders.filter(maySend).length + this.requests).toBeLessThanOrEqual(1);
    expect([payment.state, this.order]).not.toEqual(['FAILED_INFERRED', expect.anything()]);
  }

  private pick(which: number, can: (sender: Sender) => boolean): Sender | undefined {
    const able = this.senders.filter(can);
    return able[which % Math.max(able.length, 1)];
  }
}

const maySend = ({ isBeforeDeadline, isDone }: Sender): boolean => isBeforeDeadline && !isDone;

function freshIds(): Pick<NewClaim, 'claimId' | 'eventId'> {
  return { claimId: newId('claim', SOME_TIME_MS), eventId: newId('event', SOME_TIME_MS) };
}

type Step = readonly [name: string, take: (world: World) => Promise<void> | void];

const which = fc.nat(7);
const windowMs = fc.constantFrom(OPEN_MS, PAST_MS);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  windowMs.map((ms): Step => [`call ${ms}`, (world) => world.call(ms)]),
  which.map((n): Step => [`release ${n}`, (world) => world.release(n)]),
  fc
    .tuple(which, fc.constantFrom('paid' as const, 'declined' as const, 'lost' as const))
    .map(([n, result]): Step => [`send ${n} ${result}`, (world) => world.send(n, result)]),
  fc
    .constantFrom('PENDING' as const, 'outcome' as const)
    .map((state): Step => [`webhook ${state}`, (world) => world.webhook(state)]),
  fc.constant<Step>(['ask', (world) => world.ask()]),
  { weight: 2, arbitrary: fc.constant<Step>(['look', (world) => world.look()]) },
  { weight: 4, arbitrary: which.map((n): Step => [`write ${n}`, (world) => world.write(n)]) },
);

describeStore('senders, callers, events and reconcilers in any order', (store) => {
  it('let one of them send at most, move the payment up only, and lose no charge', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = new World(store(), newClaim());
        await world.call(OPEN_MS);
        for (const [, take] of steps) {
          await take(world);
          await world.check();
        }
        await world.writeAll();
        await world.ask();
        await world.look();
        await world.writeAll();
        await world.check();

        const { state } = await readPayment(store(), world.claim.id);
        expect(world.order === null || state === world.order.state).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 600_000);
});
