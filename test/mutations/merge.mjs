/** The order of updates: a payment moves up, never back, and what contradicts the answer to a client needs a person. */
export const MERGE = [
  {
    id: 'state-moves-down',
    breaks: 'A payment never moves to a state of lower rank.',
    file: 'src/store/record-outcome/merge-conditions.fragment.ts',
    changes: [['(p.state = ANY (:states_below)\n', '(:states_below IS NOT NULL\n']],
    suites: ['test/store/record-outcome/record-outcome.test.ts'],
  },
  {
    id: 'failure-above-success',
    breaks: 'A failure never overrules a success.',
    file: 'src/payments/model/status.ts',
    changes: [['  FAILED: 4,\n', '  FAILED: 8,\n']],
    suites: ['test/payments/model/status.test.ts'],
  },
  {
    id: 'inferred-failure-above-update',
    breaks: 'An update overrules a failure that was only concluded.',
    file: 'src/payments/model/status.ts',
    changes: [['  FAILED_INFERRED: 2,\n', '  FAILED_INFERRED: 4,\n']],
    suites: ['test/payments/model/status.test.ts'],
  },
  {
    id: 'another-order-not-flagged',
    breaks: 'An answer with another order than an event’s flags the payment.',
    file: 'src/store/record-outcome/merge-conditions.fragment.ts',
    changes: [['`coalesce(p.order_id <> :order_id COLLATE "C", false)`', '`false`']],
    suites: ['test/store/record-outcome/orders.test.ts'],
  },
  {
    id: 'found-after-failure-not-flagged',
    breaks: 'A charge that its client was answered to have failed needs a person.',
    file: 'src/store/record-outcome/merge-conditions.fragment.ts',
    changes: [
      ["p.state IN ('FAILED_INFERRED', 'FAILED') AND", "p.state IN ('FAILED_INFERRED', 'FAILED') AND false AND"],
    ],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
  },
  {
    id: 'latest-order-kept',
    breaks: 'The payment ends with the same order in any order of its updates.',
    file: 'src/store/record-outcome/merge.fragment.ts',
    changes: [
      [
        'order_id = least(p.order_id, :order_id COLLATE "C"),',
        'order_id = coalesce(:order_id COLLATE "C", p.order_id),',
      ],
    ],
    suites: ['test/store/record-outcome/record-outcome.test.ts'],
  },
  {
    id: 'waiting-by-arrival',
    breaks: 'Among PENDING and REQUIRES_ACTION the later provider time wins, not what arrives later.',
    file: 'src/store/record-outcome/merge-conditions.fragment.ts',
    changes: [
      [
        '(:provider_time, :state COLLATE "C") > (p.provider_time, p.state)',
        '(:provider_time, :state COLLATE "C") IS NOT NULL',
      ],
    ],
    suites: ['test/store/record-outcome/record-outcome.test.ts'],
  },
  {
    id: 'equal-update-by-arrival',
    breaks: 'Of several updates of one state the earliest counts, not what arrives last.',
    file: 'src/store/record-outcome/merge-conditions.fragment.ts',
    changes: [['ELSE ${WINS_AMONG_EQUAL}', 'ELSE true']],
    suites: ['test/store/record-outcome/record-outcome.test.ts'],
  },
  {
    id: 'clean-lookups-outlive-a-move',
    breaks: 'Clean lookups are counted anew when the payment moves.',
    file: 'src/store/record-outcome/merge.fragment.ts',
    changes: [['CASE WHEN moves THEN 0 ELSE p.clean_lookups END', 'p.clean_lookups']],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
    argued:
      'A payment that has moved is never unknown again, and only unknown ones are counted; takeovers begin anew by themselves.',
  },
  {
    id: 'order-taken-from-another',
    breaks: 'An order that another payment has is taken from it only where the order itself names this payment.',
    file: 'src/store/record-outcome/record-outcome.ts',
    changes: [['if (update.provesOrder !== true)\n', 'if (update.provesOrder === null)\n']],
    suites: ['test/store/record-outcome/orders.test.ts'],
  },
  {
    id: 'wrong-amount-not-flagged',
    breaks: 'A charge that is not what was asked for needs a person.',
    file: 'src/store/record-outcome/merge.fragment.ts',
    changes: [['WHEN ${IS_WRONG_AMOUNT} THEN', 'WHEN false THEN']],
    suites: ['test/store/record-outcome/orders.test.ts'],
  },
  {
    id: 'losing-update-replaces-the-amount',
    breaks: 'The amount of an update that loses does not take the place of what was charged.',
    file: 'src/store/record-outcome/merge-conditions.fragment.ts',
    changes: [
      ['OR (:rank, :provider_time', 'OR (:provider_time'],
      ['> (coalesce(p.amount_rank, 0), p.amount_time', '> (p.amount_time'],
    ],
    suites: ['test/store/record-outcome/orders.test.ts'],
  },
  {
    id: 'lost-row-not-written-again',
    breaks: 'An outcome whose payment the store has lost writes the payment again.',
    file: 'src/payments/outcome-writer/record-update.ts',
    changes: [['await store.restore(payment);', '']],
    suites: ['test/store/record-outcome/lost-rows.test.ts'],
  },
  {
    id: 'flags-of-answers-wake-nobody',
    breaks: 'Every flag of a payment raises the alarm, also an answer’s.',
    file: 'src/payments/reconcile/reconciler.ts',
    changes: [['of await reconciliation.listUnalarmed()', 'of (await reconciliation.listUnalarmed()).slice(1_000)']],
    suites: ['test/payments/reconcile/reconciler.test.ts'],
  },
];
