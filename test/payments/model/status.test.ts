import fc from 'fast-check';
import {
  PAYMENT_STATUSES,
  STATE_RANKS,
  isCharged,
  isTerminal,
  statesBelow,
  toPublicStatus,
  type PaymentState,
} from '../../../src/payments/model/status.js';
import { overrules } from '../../support/overrules.js';

const states = Object.keys(STATE_RANKS) as PaymentState[];
const dated = fc.record({ state: fc.constantFrom(...states), providerTimeMs: fc.nat(3) });

describe('the order of statuses', () => {
  it('is the published one', () => {
    const byRank = [...states].sort((a, b) => STATE_RANKS[a] - STATE_RANKS[b]);
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

  it('never lets updates of a lower rank win', () => {
    fc.assert(
      fc.property(dated, dated, (update, present) => {
        const moves = overrules(update, present);
        expect(moves && STATE_RANKS[update.state] < STATE_RANKS[present.state]).toBe(false);
      }),
    );
  });

  it('never lets two updates overrule each other', () => {
    fc.assert(
      fc.property(dated, dated, (a, b) => {
        expect(overrules(a, b) && overrules(b, a)).toBe(false);
      }),
    );
  });

  it('comes to the same state in any order of the updates', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(states.filter((s) => STATE_RANKS[s] > 0)),
        fc.array(fc.nat(3)),
        (order, times) => {
          const update = order.map((state, index) => ({ state, providerTimeMs: times[index] ?? 0 }));
          const record = (sequence: typeof update) =>
            sequence.reduce((present, next) => (overrules(next, present) ? next : present), {
              state: 'PROCESSING' as PaymentState,
              providerTimeMs: 0,
            });
          expect(record([...update].reverse())).toEqual(record(update));
        },
      ),
    );
  });

  it('prefers REQUIRES_ACTION over PENDING at the same provider time', () => {
    const pending = { state: 'PENDING', providerTimeMs: 5 } as const;
    const action = { state: 'REQUIRES_ACTION', providerTimeMs: 5 } as const;
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
  ] as const)('lets %s of %d overrule %s of %d or not: %s', (update, newsMs, present, presentMs, moves) => {
    const at = { state: present, providerTimeMs: presentMs };
    expect(overrules({ state: update, providerTimeMs: newsMs }, at)).toBe(moves);
  });

  it('lists exactly the states of lower rank as overruled', () => {
    expect(statesBelow('PENDING')).toEqual(['RELEASED', 'PROCESSING', 'UNKNOWN', 'FAILED_INFERRED']);
    expect(statesBelow('PROCESSING')).toEqual([]);
  });

  it('shows clients neither released claims nor inferred failures apart', () => {
    expect([toPublicStatus('RELEASED'), toPublicStatus('FAILED_INFERRED')]).toEqual(['PROCESSING', 'FAILED']);
  });

  it('calls a payment charged from its success on, whatever was given back', () => {
    expect(PAYMENT_STATUSES.filter(isCharged)).toEqual(['SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED']);
  });

  it('calls a payment terminal once the payer has nothing left to do', () => {
    expect(states.filter((state) => isTerminal(toPublicStatus(state)))).toEqual(
      ['FAILED_INFERRED', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED'].sort(
        (a, b) => states.indexOf(a as PaymentState) - states.indexOf(b as PaymentState),
      ),
    );
  });
});
