import type { Money } from '../../../src/payments/model/money.js';
import type { Payment } from '../../../src/payments/model/payment.js';
import type { PaymentUpdate } from '../../../src/payments/ports/payment-update.js';
import { STATE_RANKS } from '../../../src/payments/model/status.js';

export type Merged = Pick<
  Payment,
  'state' | 'providerTimeMs' | 'orderId' | 'sessionId' | 'action' | 'amount' | 'failure' | 'rejection'
> & { readonly customerId: string | null };

/** The rules said in another way than the store's: the winners are chosen from all updates at once. */
export function mergeAll(update: readonly PaymentUpdate[], asked: Money | null): Merged {
  const [state] = [...update].sort(byPrecedence);
  if (state === undefined) throw new Error('at least one update');
  const action = newest(update, ({ fields }) => fields.action);
  const failure = state.fields.failure ?? null;
  const isFoundAgain = state.state === 'REQUIRES_ACTION' && failure?.code === 'ACTION_LOST' && action !== null;
  return {
    state: state.state,
    providerTimeMs: timeOf(state),
    failure: isFoundAgain ? null : failure,
    rejection: state.fields.rejection ?? null,
    orderId: smallest(update.map(({ fields }) => fields.orderId)),
    sessionId: smallest(update.map(({ fields }) => fields.sessionId)),
    customerId: smallest(update.map(({ fields }) => fields.customerId)),
    action,
    amount: newest(ofHighestRank(update), ({ fields }) => fields.amount) ?? asked,
  };
}

/** An update that yields is older than all others. */
export function timeOf({ yields, providerTimeMs }: PaymentUpdate): number {
  return yields === true ? 0 : providerTimeMs;
}

function ofHighestRank(update: readonly PaymentUpdate[]): PaymentUpdate[] {
  const priced = update.filter(({ fields }) => (fields.amount ?? null) !== null);
  const highest = Math.max(...priced.map(({ state }) => STATE_RANKS[state]));
  return priced.filter(({ state }) => STATE_RANKS[state] === highest);
}

/** The winner first. */
function byPrecedence(a: PaymentUpdate, b: PaymentUpdate): number {
  const waiting = STATE_RANKS[a.state] === STATE_RANKS.PENDING;
  const keys = [
    STATE_RANKS[b.state] - STATE_RANKS[a.state],
    waiting ? timeOf(b) - timeOf(a) : 0,
    Number(b.state === 'REQUIRES_ACTION') - Number(a.state === 'REQUIRES_ACTION'),
    waiting ? 0 : Number(hasRejection(b)) - Number(hasRejection(a)),
    timeOf(a) - timeOf(b),
    a.dedupeKey < b.dedupeKey ? -1 : 1,
  ];
  return keys.find((key) => key !== 0) ?? 0;
}

function hasRejection({ fields }: PaymentUpdate): boolean {
  return (fields.rejection ?? null) !== null;
}

function smallest(values: readonly (string | null | undefined)[]): string | null {
  return values.flatMap((value) => (typeof value === 'string' ? [value] : [])).sort()[0] ?? null;
}

function newest<T>(
  update: readonly PaymentUpdate[],
  valueOf: (update: PaymentUpdate) => T | null | undefined,
): T | null {
  const valued = update.flatMap((item) => {
    const value = valueOf(item) ?? null;
    return value === null ? [] : [{ value, order: `${String(timeOf(item)).padStart(16, '0')} ${toComparable(value)}` }];
  });
  return valued.sort((a, b) => (a.order > b.order ? -1 : 1))[0]?.value ?? null;
}

function toComparable(value: unknown): string {
  const { currency, minorUnits } = value as Partial<Money>;
  return minorUnits === undefined
    ? JSON.stringify(value)
    : `${String(currency)} ${String(minorUnits).padStart(20, '0')}`;
}
