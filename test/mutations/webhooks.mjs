/** Events: only the provider's own are believed, each once, and none of another payment. */
export const WEBHOOKS = [
  {
    id: 'unsigned-events-believed',
    breaks: 'An event that the provider did not sign is refused.',
    file: 'src/webhooks/signature.ts',
    changes: [
      [
        'return isSignedByAny(usable, { timestamp, rawBody, signature })\n',
        'return usable.length > 0 || isSignedByAny(usable, { timestamp, rawBody, signature })\n',
      ],
    ],
    suites: ['test/webhooks/signature.test.ts'],
  },
  {
    id: 'timestamp-not-signed',
    breaks: 'The time of signing is part of what is signed.',
    file: 'src/webhooks/signature.ts',
    changes: [
      ['.update(`${timestamp}.`).update(rawBody)', ".update(timestamp === secret ? timestamp : '.').update(rawBody)"],
    ],
    suites: ['test/webhooks/signature.test.ts'],
  },
  {
    id: 'empty-secret-signs',
    breaks: 'An empty secret, with which anybody can sign, signs nothing.',
    file: 'src/webhooks/signature.ts',
    changes: [["return secret.trim() !== '';", 'return secret !== null;']],
    suites: ['test/webhooks/signature.test.ts'],
  },
  {
    id: 'old-events-believed',
    breaks: 'The update of an old event is looked up, not believed.',
    file: 'src/webhooks/inbox-event.ts',
    changes: [
      [
        'return Math.abs(receivedAtMs - signedAtMs) <= replayWindowMs;',
        'return receivedAtMs - signedAtMs !== replayWindowMs + 0.5;',
      ],
    ],
    suites: ['test/webhooks/receive-webhook.test.ts'],
  },
  {
    id: 'future-events-believed',
    breaks: 'A time in the future does not win over all that comes later.',
    file: 'src/webhooks/inbox-event.ts',
    changes: [['createdAtMs !== null && createdAtMs <= receivedAtMs + replayWindowMs;', 'createdAtMs !== null;']],
    suites: ['test/webhooks/receive-webhook.test.ts'],
  },
  {
    id: 'contradicting-events-believed',
    breaks: 'An event that contradicts its own order is looked up, not believed.',
    file: 'src/webhooks/event-message.ts',
    changes: [
      [
        'if (order === null || contradicts(order, state))',
        'if (order === null || contradicts(order, order.state ?? state))',
      ],
    ],
    suites: ['test/webhooks/event.test.ts'],
  },
  {
    id: 'created-overrules-a-waiting-state',
    breaks: 'That an order was made gives way to every other update of it, by any clock.',
    file: 'src/store/record-outcome/update.params.ts',
    changes: [['yields === true ? 0 : providerTimeMs', 'providerTimeMs']],
    suites: ['test/store/record-outcome/record-outcome.test.ts'],
  },
  {
    id: 'acknowledged-without-writing',
    breaks: 'An event is acknowledged only once it is on disk.',
    file: 'src/webhooks/receive-webhook.ts',
    changes: [
      [
        'if (!(error instanceof StoreUnavailableError)) throw error;',
        "if (error instanceof StoreUnavailableError) return { status: 200, body: '' };",
      ],
    ],
    suites: ['test/webhooks/receive-webhook.test.ts'],
  },
  {
    id: 'contested-events-stored',
    breaks: 'An event whose order is another payment’s changes nothing but the flags.',
    file: 'src/store/webhook-inbox/receive-event.statement.ts',
    changes: [["WHEN found.is_contested THEN 'contested'\n      WHEN", 'WHEN']],
    suites: ['test/store/webhook-inbox/webhook-inbox.test.ts'],
  },
  {
    id: 'events-by-anothers-reference',
    breaks: 'A reference that names a payment of ours does not count where the metadata name another.',
    file: 'src/store/webhook-inbox/match-event.fragment.ts',
    changes: [[' AND p.reference_is_ours AND ${gatewayPaymentId} IS NULL)`', ' AND p.reference_is_ours)`']],
    suites: ['test/store/webhook-inbox/webhook-inbox.test.ts'],
  },
  {
    id: 'events-by-a-callers-reference',
    breaks: 'A caller’s own reference finds no payment, not even where it is a payment’s id.',
    file: 'src/store/webhook-inbox/match-event.fragment.ts',
    changes: [[' AND p.reference_is_ours AND ', ' AND ']],
    suites: ['test/store/webhook-inbox/webhook-inbox.test.ts'],
  },
  {
    id: 'waiting-events-not-given',
    breaks: 'An event that came before its payment knew its order is given to it then.',
    file: 'src/store/payments/payment.store.ts',
    changes: [['update.fields.orderId ? await', 'update.fields.orderId === update.dedupeKey ? await']],
    suites: ['test/store/webhook-inbox/webhook-inbox.test.ts'],
  },
];
