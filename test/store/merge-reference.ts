import type { Money } from '../../src/payments/model/money.js';
import type { Payment } from '../../src/payments/model/payment.js';
import type { PaymentNews } from '../../src/payments/ports/payment-store.js';
import { STANDING_RANKS } from '../../src/payments/model/status.js';

/** What a payment has become once it was told all of the news. */
export type Merged = Pick<
  Payment,
  'standing' | 'providerTimeMs' | 'orderId' | 'sessionId' | 'action' | 'amount' | 'failure' | 'rejection'
> & { readonly customerId: string | null };

/** The rule said another way than the store says it: nothing is told one after the other, the winners are chosen from all news at once. */
export function mergeAll(news: readonly PaymentNews[], asked: Money | null): Merged {
  const [standing] = [...news].sort(byPrecedence);
  if (standing === undefined) throw new Error('at least one piece of news');
  const action = newest(news, ({ facts }) => facts.action);
  const failure = standing.facts.failure ?? null;
  const isFoundAgain = standing.standing === 'REQUIRES_ACTION' && failure?.code === 'ACTION_LOST' && action !== null;
  return {
    standing: standing.standing,
    providerTimeMs: timeOf(standing),
    failure: isFoundAgain ? null : failure,
    rejection: standing.facts.rejection ?? null,
    orderId: smallest(news.map(({ facts }) => facts.orderId)),
    sessionId: smallest(news.map(({ facts }) => facts.sessionId)),
    customerId: smallest(news.map(({ facts }) => facts.customerId)),
    action,
    amount: newest(ofHighestRank(news), ({ facts }) => facts.amount) ?? asked,
  };
}

/** When it counts as told: what yields is older than all else. */
export function timeOf({ yields, providerTimeMs }: PaymentNews): number {
  return yields === true ? 0 : providerTimeMs;
}

/** Of the news with an amount, those whose standing is furthest on. */
function ofHighestRank(news: readonly PaymentNews[]): PaymentNews[] {
  const priced = news.filter(({ facts }) => (facts.amount ?? null) !== null);
  const highest = Math.max(...priced.map(({ standing }) => STANDING_RANKS[standing]));
  return priced.filter(({ standing }) => STANDING_RANKS[standing] === highest);
}

/** The winner first. */
function byPrecedence(a: PaymentNews, b: PaymentNews): number {
  const waiting = STANDING_RANKS[a.standing] === STANDING_RANKS.PENDING;
  const keys = [
    STANDING_RANKS[b.standing] - STANDING_RANKS[a.standing],
    waiting ? timeOf(b) - timeOf(a) : 0,
    Number(b.standing === 'REQUIRES_ACTION') - Number(a.standing === 'REQUIRES_ACTION'),
    waiting ? 0 : Number(hasRejection(b)) - Number(hasRejection(a)),
    timeOf(a) - timeOf(b),
    a.factId < b.factId ? -1 : 1,
  ];
  return keys.find((key) => key !== 0) ?? 0;
}

function hasRejection({ facts }: PaymentNews): boolean {
  return (facts.rejection ?? null) !== null;
}

function smallest(values: readonly (string | null | undefined)[]): string | null {
  return values.flatMap((value) => (typeof value === 'string' ? [value] : [])).sort()[0] ?? null;
}

function newest<T>(news: readonly PaymentNews[], factOf: (news: PaymentNews) => T | null | undefined): T | null {
  const told = news.flatMap((item) => {
    const fact = factOf(item) ?? null;
    return fact === null ? [] : [{ fact, order: `${String(timeOf(item)).padStart(16, '0')} ${toComparable(fact)}` }];
  });
  return told.sort((a, b) => (a.order > b.order ? -1 : 1))[0]?.fact ?? null;
}

function toComparable(fact: unknown): string {
  const { currency, minorUnits } = fact as Partial<Money>;
  return minorUnits === undefined
    ? JSON.stringify(fact)
    : `${String(currency)} ${String(minorUnits).padStart(20, '0')}`;
}
