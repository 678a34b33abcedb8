import fc from 'fast-check';
import {
  PAYMENT_STATUSES,
  STANDING_RANKS,
  isCharged,
  isTerminal,
  overrules,
  standingsBelow,
  toPublicStatus,
  type PaymentStanding,
} from '../../src/payments/model/status.js';

const standings = Object.keys(STANDING_RANKS) as PaymentStanding[];
const dated = fc.record({ standing: fc.constantFrom(...standings), providerTimeMs: fc.nat(3) });

describe('the order of statuses', () => {
  it('is the published one', () => {
    const byRank = [...standings].sort((a, b) => STANDING_RANKS[a] - STANDING_RANKS[b]);
    expect(byRank).toEqual([
      'RELEASED',
      'PROCESSING',
      'UNKNOWN',
      'FAILED_INFERRED',
      'PENDING',
      'REQUIRES_ACTION',
      'FAILED',
      'SUCCEEDED',
      'PARTIALLY_REFUNDED',
      'REFUNDED',
    ]);
  });

  it('never lets news of a lower rank win', () => {
    fc.assert(
      fc.property(dated, dated, (news, present) => {
        const moves = overrules(news, present);
        expect(moves && STANDING_RANKS[news.standing] < STANDING_RANKS[present.standing]).toBe(false);
      }),
    );
  });

  it('never lets two pieces of news overrule each other', () => {
    fc.assert(
      fc.property(dated, dated, (a, b) => {
        expect(overrules(a, b) && overrules(b, a)).toBe(false);
      }),
    );
  });

  it('settles on the same standing in whichever order the news comes', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(standings.filter((s) => STANDING_RANKS[s] > 0)),
        fc.array(fc.nat(3)),
        (order, times) => {
          const news = order.map((standing, index) => ({ standing, providerTimeMs: times[index] ?? 0 }));
          const settle = (sequence: typeof news) =>
            sequence.reduce((present, next) => (overrules(next, present) ? next : present), {
              standing: 'PROCESSING' as PaymentStanding,
              providerTimeMs: 0,
            });
          expect(settle([...news].reverse())).toEqual(settle(news));
        },
      ),
    );
  });

  it('prefers REQUIRES_ACTION over PENDING at the same provider time', () => {
    const pending = { standing: 'PENDING', providerTimeMs: 5 } as const;
    const action = { standing: 'REQUIRES_ACTION', providerTimeMs: 5 } as const;
    expect([overrules(action, pending), overrules(pending, action)]).toEqual([true, false]);
    expect(overrules({ ...pending, providerTimeMs: 6 }, action)).toBe(true);
  });

  it.each([
    ['SUCCEEDED', 1, 'FAILED', 9, true],
    ['FAILED', 9, 'SUCCEEDED', 1, false],
    ['FAILED', 1, 'FAILED_INFERRED', 9, true],
    ['UNKNOWN', 1, 'PROCESSING', 9, true],
    ['SUCCEEDED', 9, 'SUCCEEDED', 1, false],
    ['UNKNOWN', 9, 'UNKNOWN', 1, false],
    ['PROCESSING', 9, 'RELEASED', 1, false],
    ['PENDING', 9, 'REQUIRES_ACTION', 1, true],
    ['PENDING', 1, 'REQUIRES_ACTION', 9, false],
    ['REQUIRES_ACTION', 9, 'PENDING', 1, true],
    ['REQUIRES_ACTION', 1, 'PENDING', 9, false],
    ['REQUIRES_ACTION', 5, 'REQUIRES_ACTION', 5, false],
    ['PENDING', 5, 'PENDING', 5, false],
  ] as const)('lets %s of %d overrule %s of %d or not: %s', (news, newsMs, present, presentMs, moves) => {
    const at = { standing: present, providerTimeMs: presentMs };
    expect(overrules({ standing: news, providerTimeMs: newsMs }, at)).toBe(moves);
  });

  it('lists exactly the standings of lower rank as overruled', () => {
    expect(standingsBelow('PENDING')).toEqual(['RELEASED', 'PROCESSING', 'UNKNOWN', 'FAILED_INFERRED']);
    expect(standingsBelow('PROCESSING')).toEqual([]);
  });

  it('shows clients neither released claims nor inferred failures apart', () => {
    expect([toPublicStatus('RELEASED'), toPublicStatus('FAILED_INFERRED')]).toEqual(['PROCESSING', 'FAILED']);
  });

  it('calls a payment charged from its success on, whatever was given back', () => {
    expect(PAYMENT_STATUSES.filter(isCharged)).toEqual(['SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED']);
  });

  it('calls a payment terminal once the payer has nothing left to do', () => {
    expect(standings.filter((standing) => isTerminal(toPublicStatus(standing)))).toEqual(
      ['FAILED_INFERRED', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED'].sort(
        (a, b) => standings.indexOf(a as PaymentStanding) - standings.indexOf(b as PaymentStanding),
      ),
    );
  });
});
