/** What lookups conclude: an order is taken for the payment's, or for absent, only where that is proved. */
export const LOOKUPS = [
  {
    id: 'absent-after-one-lookup',
    breaks: 'Absence takes three complete lookups.',
    file: 'src/payments/reconcile/reconciler.ts',
    changes: [['const CLEAN_LOOKUPS_NEEDED = 3;', 'const CLEAN_LOOKUPS_NEEDED = 1;']],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-without-proof',
    breaks: 'Absence takes a lookup that finds an answered payment the same way.',
    file: 'src/payments/reconcile/reconciler.ts',
    changes: [["if (found !== 'proved') return;", '']],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-by-proof-of-another-kind',
    breaks: 'Absence under a caller’s reference takes a proof by a reference of its kind.',
    file: 'src/payments/reconcile/lookup-proof.ts',
    changes: [
      ['candidates.find((one) => proves(one, payment))', 'candidates.find((one) => one.orderId !== payment.id)'],
    ],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-without-the-databases-clock',
    breaks: 'Absence takes the database’s clock as well as the gateway’s.',
    file: 'src/store/reconcile/record-clean-lookup.statement.ts',
    changes: [
      [
        "least(send_before, first_clean_lookup_at + ${ms(':send_window_ms')}) + ${ms(':turns_up_for_ms')} <= clock_timestamp()\n",
        'true\n',
      ],
    ],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-by-the-databases-clock-alone',
    breaks: 'Absence takes the gateway’s clock as well as the database’s.',
    file: 'src/store/reconcile/record-clean-lookup.statement.ts',
    changes: [
      [
        '  AND least(sent_by_gateway_at, first_clean_lookup_by_gateway_at)\n' +
          "      + ${ms('(:send_window_ms + :turns_up_for_ms)')} <= :gateway_time\n",
        '',
      ],
    ],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-in-quick-succession',
    breaks: 'The first and the last clean lookup lie the grace apart, by the database’s clock.',
    file: 'src/store/reconcile/record-clean-lookup.statement.ts',
    changes: [["  AND first_clean_lookup_at + ${ms(':grace_ms')} <= clock_timestamp()\n", '']],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-in-quick-succession-by-the-gateways-clock',
    breaks: 'The first and the last clean lookup lie the grace apart, by the gateway’s clock.',
    file: 'src/store/reconcile/record-clean-lookup.statement.ts',
    changes: [
      [
        "  AND first_clean_lookup_by_gateway_at + ${ms(':grace_ms')} <= :gateway_time AS is_time_over`",
        '  AS is_time_over`',
      ],
    ],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-by-unclean-lookups',
    breaks: 'A lookup that shows what it was not asked for proves nothing.',
    file: 'src/payments/reconcile/reconciler.ts',
    changes: [['if (result.clean && payment.state', 'if (payment.state']],
    suites: ['test/payments/reconcile/absence.test.ts'],
  },
  {
    id: 'absent-by-incomplete-lookups',
    breaks: 'A lookup of which a page is missing proves nothing.',
    file: 'src/payments/ports/order-provider.ts',
    changes: [['    lookup.complete &&\n', '']],
    suites: ['test/payments/reconcile/classify-lookup.test.ts'],
  },
  {
    id: 'failed-page-is-the-end',
    breaks: 'A page that could not be read leaves the lookup incomplete.',
    file: 'src/clink/orders/order-lookup.ts',
    changes: [['silence(response) : found(pages, false);', 'silence(response) : found(pages, true);']],
    suites: ['test/clink/orders/order-lookup.test.ts'],
  },
  {
    id: 'repeated-row-is-complete',
    breaks: 'An order that is shown twice stands in the place of one that is not shown.',
    file: 'src/clink/orders/order-lookup.ts',
    changes: [['everyRowUsable && orders.size === rowCount &&', 'everyRowUsable &&']],
    suites: ['test/clink/orders/order-lookup.test.ts'],
  },
  {
    id: 'proxys-404-is-no-order',
    breaks: 'Only the provider itself says that there is no such order.',
    file: 'src/clink/orders/order-lookup.ts',
    changes: [
      [
        "response.reason === 'unlistedCode' && response.envelope?.code === '404'",
        "(response.reason === 'malformedAnswer' || response.envelope?.code === '404')",
      ],
    ],
    suites: ['test/clink/orders/order-lookup.test.ts'],
  },
  {
    id: 'callers-reference-is-proof',
    breaks: 'An order is not the payment’s because it bears the caller’s own reference.',
    file: 'src/payments/reconcile/classify-lookup.ts',
    changes: [['return payment.referenceIsOurs && order.merchantReferenceId', 'return order.merchantReferenceId']],
    suites: ['test/payments/reconcile/classify-lookup.test.ts'],
  },
  {
    id: 'order-of-another-payment',
    breaks: 'An order whose metadata name another payment is that one’s.',
    file: 'src/payments/reconcile/classify-lookup.ts',
    changes: [
      [
        'if (order.gatewayPaymentId !== null) return order.gatewayPaymentId === payment.id;',
        'if (order.gatewayPaymentId === payment.id) return true;',
      ],
    ],
    suites: ['test/payments/reconcile/classify-lookup.test.ts'],
  },
  {
    id: 'two-orders-pass-for-one',
    breaks: 'Two orders of one payment may be two charges.',
    file: 'src/payments/reconcile/classify-lookup.ts',
    changes: [['return orderIds.length === 1 ?', 'return orderIds.length > 0 ?']],
    suites: ['test/payments/reconcile/classify-lookup.test.ts'],
  },
  {
    id: 'abandoned-without-new-epoch',
    breaks: 'A sender who never came back is shut out by a new epoch before the provider is asked.',
    file: 'src/store/reconcile/lock-due.statement.ts',
    changes: [["epoch = CASE WHEN was = 'PROCESSING' THEN epoch + 1 ELSE epoch END", 'epoch = p.epoch']],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
  },
  {
    id: 'abandoned-while-sending',
    breaks: 'A payment is left to its sender until the sender must have given up.',
    file: 'src/store/reconcile/lock-due.statement.ts',
    changes: [["AND (state <> 'PROCESSING' OR ${IS_ABANDONED})", 'AND (${IS_ABANDONED} OR true)']],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
  },
  {
    id: 'due-payment-not-leased',
    breaks: 'A due payment is with one reconciler at a time.',
    file: 'src/store/reconcile/lock-due.statement.ts',
    changes: [
      [
        "reconcile_after = greatest(due_again_at, clock_timestamp() + :lease_ms * interval '1 millisecond')",
        "reconcile_after = least(due_again_at, clock_timestamp() - :lease_ms * interval '1 millisecond')",
      ],
    ],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
  },
];
