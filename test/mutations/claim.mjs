/** Claims, takeovers, releases, keys, rates: one intent is sent by one process at a time. */
export const CLAIM = [
  {
    id: 'conflict-by-key-alone',
    breaks: 'A claim conflicts with the payment that has the key in its own scope, never with another person’s.',
    file: 'src/store/create-payment/claim.statement.ts',
    changes: [["'scope = :scope AND idempotency_key_hash = :key_hash'", "'idempotency_key_hash = :key_hash'"]],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'claim-found-is-claim-held',
    breaks: 'Only the claim that inserted the payment, or its own repetition, holds it.',
    file: 'src/store/create-payment/claim-answers.ts',
    changes: [['return claim_id === claimId && epoch === 1', 'return epoch === 1']],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'claim-held-after-takeover',
    breaks: 'A claim that was shut out by a later epoch is not handed out again.',
    file: 'src/store/create-payment/claim-answers.ts',
    changes: [["claim_id === claimId && epoch === 1 && state === 'PROCESSING'", 'claim_id === claimId']],
    suites: ['test/store/create-payment/claim.test.ts', 'test/store/reconcile/reconciliation.test.ts'],
  },
  {
    id: 'sent-without-confirmed-claim',
    breaks: 'Nothing is sent for a claim that the store did not confirm.',
    file: 'src/payments/create-payment/claim.ts',
    changes: [
      [
        'giveBack(claim.id, claim.claimId, deps);\n    return null;',
        "return { kind: 'claimed', payment: { ...claim, epoch: 1, state: 'PROCESSING', timeline: [] } as never };",
      ],
    ],
    suites: ['test/faults/store-failures.test.ts'],
  },
  {
    id: 'sent-although-an-event-tells-of-it',
    breaks: 'A payment of which an event tells already was sent before and lost since: it is not sent again.',
    file: 'src/store/create-payment/claim-answers.ts',
    changes: [
      ['hasProviderEvent: row.has_provider_event === true', 'hasProviderEvent: row.has_provider_event === null'],
    ],
    suites: ['test/store/record-outcome/lost-rows.test.ts'],
  },
  {
    id: 'sent-although-sent-before',
    breaks: 'A call that learns at the claim that the payment was sent before sends nothing.',
    file: 'src/payments/create-payment/create-payment.service.ts',
    changes: [['return answer.hasProviderEvent\n', 'return answer.hasProviderEvent === null\n']],
    suites: ['test/payments/outcome-writer/lost-payments.test.ts'],
  },
  {
    id: 'killed-sender-never-due',
    breaks: 'A payment is due for a lookup from its claim on, so that one whose sender was killed is found.',
    file: 'src/store/create-payment/claim.statement.ts',
    changes: [
      [
        "'PROCESSING', 1, now, now, now, send_before, send_before, :gateway_time",
        "'PROCESSING', 1, now, now, now, send_before, NULL, :gateway_time",
      ],
    ],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
  },
  {
    id: 'takeover-of-what-is-not-released',
    breaks: 'Only what was given back is taken over.',
    file: 'src/store/create-payment/take-over.statement.ts',
    changes: [
      [
        "WHERE id = :id AND state = 'RELEASED' AND idempotency_key IS NOT NULL\n     AND (retry_at",
        "WHERE id = :id AND state IN ('RELEASED', 'PROCESSING') AND idempotency_key IS NOT NULL\n     AND (retry_at",
      ],
    ],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'takeover-without-new-epoch',
    breaks: 'Each takeover begins a new epoch, which shuts the sender before it out.',
    file: 'src/store/create-payment/take-over.statement.ts',
    changes: [["SET state = 'PROCESSING', epoch = epoch + 1,", "SET state = 'PROCESSING', epoch = epoch,"]],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'takeover-of-expired-key',
    breaks: 'A key that has expired never charges again.',
    file: 'src/store/create-payment/take-over.statement.ts',
    changes: [
      [
        "state = 'RELEASED' AND idempotency_key IS NOT NULL\n     AND (retry_at",
        "state = 'RELEASED'\n     AND (retry_at",
      ],
    ],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'takeover-before-the-wait-is-over',
    breaks: 'A payment is not sent before the wait is over that the provider asked for.',
    file: 'src/store/create-payment/take-over.statement.ts',
    changes: [['AND (retry_at IS NULL OR retry_at <= statement_timestamp()) AND NOT', 'AND NOT']],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'release-by-anybody',
    breaks: 'Only who holds the claim gives a payment back.',
    file: 'src/store/create-payment/release.statement.ts',
    changes: [["claim_id = :claim_id AND state = 'PROCESSING'", ":claim_id <> '' AND state = 'PROCESSING'"]],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'release-of-an-outcome',
    breaks: 'A payment that has an outcome is never given back.',
    file: 'src/store/create-payment/release.statement.ts',
    changes: [["claim_id = :claim_id AND state = 'PROCESSING'", 'claim_id = :claim_id']],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
  {
    id: 'release-hides-an-order',
    breaks:
      'Where an event has brought an order, a call that gives the payment back does not say that nothing was charged.',
    file: 'src/payments/create-payment/send.ts',
    changes: [["if (left !== null && left.state !== 'RELEASED') return", "if (left?.id === '') return"]],
    suites: ['test/payments/create-payment/create-payment.test.ts'],
  },
  {
    id: 'unknown-is-released',
    breaks: 'An outcome that is unknown is never given back to be sent again.',
    file: 'src/payments/create-payment/send.ts',
    changes: [
      [
        "    case 'unknown':\n      return record(payment, outcome, deps);",
        '      return record(payment, outcome, deps);',
      ],
      [
        "    case 'neverSent':\n      return release(payment, outcome, deps);",
        "    case 'neverSent':\n    case 'unknown':\n      return release(payment, outcome as never, deps);",
      ],
    ],
    suites: ['test/payments/create-payment/create-payment.test.ts'],
  },
  {
    id: 'another-input-is-a-replay',
    breaks: 'A key is answered with its payment for the same input only.',
    file: 'src/payments/create-payment/create-payment.service.ts',
    changes: [
      ['return answer.payment.fingerprint === claim.fingerprint\n', 'return answer.payment.fingerprint !== null\n'],
    ],
    suites: ['test/payments/create-payment/create-payment.test.ts'],
  },
  {
    id: 'new-key-beside-an-unknown-payment',
    breaks: 'A conflict advises another key only where the key’s payment certainly charges nothing any more.',
    file: 'src/payments/create-payment/create-payment.outcome.ts',
    changes: [
      ["    case 'UNKNOWN':\n    case 'PENDING':", "    case 'PENDING':"],
      ["    case 'FAILED':\n      return 'FAILED';", "    case 'UNKNOWN':\n    case 'FAILED':\n      return 'FAILED';"],
    ],
    suites: ['test/graphql/create-payment/create-payment.result.test.ts'],
  },
  {
    id: 'fingerprint-without-currency',
    breaks: 'Another currency is another charge.',
    file: 'src/payments/create-payment/fingerprint.ts',
    changes: [['toMajorText(price.money), price.money.currency]', 'toMajorText(price.money)]']],
    suites: ['test/payments/create-payment/fingerprint.test.ts'],
  },
  {
    id: 'fingerprint-without-instrument',
    breaks: 'Another instrument is another charge.',
    file: 'src/payments/create-payment/fingerprint.ts',
    changes: [['    command.paymentInstrumentId,\n', '']],
    suites: ['test/payments/create-payment/fingerprint.test.ts'],
  },
  {
    id: 'key-of-unfinished-payment-expires',
    breaks: 'Keys of payments that may still charge are kept, however old they are.',
    file: 'src/store/retention/expire-keys.statement.ts',
    changes: [['AND state = ANY (:states_at_rest)\n', 'AND :states_at_rest IS NOT NULL\n']],
    suites: ['test/store/reconcile/reconciliation.test.ts'],
  },
  {
    id: 'commits-not-on-disk',
    breaks: 'A claim is on disk before it is answered, whatever the database is set to, also behind a pooler.',
    file: 'src/store/database/pg.transaction.ts',
    changes: [["THEN 'remote_apply' ELSE 'on' END, true)", "THEN 'remote_apply' ELSE 'off' END, true)"]],
    suites: ['test/store/database/start.test.ts'],
  },
  {
    id: 'rates-not-counted',
    breaks: 'A caller and an instrument have so many payments in a minute, and no more.',
    file: 'src/store/create-payment/rate-limit.fragment.ts',
    changes: [['THEN w.calls + 1 ELSE 1 END', 'THEN w.calls ELSE 1 END']],
    suites: ['test/store/create-payment/claim.test.ts'],
  },
];
