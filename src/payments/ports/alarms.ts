/** What wakes an operator. A test keeps the names, fields and sentences of docs/operators.md equal to it. */
export const ALARMS = {
  'payment.flagged': {
    fields: ['paymentId', 'reason', 'orderIds'],
    means: 'A payment needs a person: its `reason` says why, and `orderIds` names the orders in question.',
    action:
      'Run `npm run payments:flagged`, look the orders up in the provider’s dashboard and refund what is too much.',
  },
  'payment.outcome-not-stored': {
    fields: ['paymentId', 'state'],
    means: 'The provider answered and the store did not take the outcome in time. The gateway goes on trying.',
    action: 'Bring the database back. A stopped gateway leaves the payment to the reconciler.',
  },
  'payment.row-lost': {
    fields: ['paymentId', 'state'],
    means:
      'The database lost commits: the row of a claimed payment was not there when its outcome came, and the ' +
      'gateway wrote it again; or a key was claimed anew though an event already tells of its payment, and ' +
      'nothing was sent.',
    action: 'Find out whether a failover or a restore took place, and follow docs/failover.md: more rows may be lost.',
  },
  'outcome-writer.failed': {
    fields: ['error'],
    means: 'An outcome could not be written because of a bug. The payment stays as it was and is looked up.',
    action: 'Look the payment up at the provider and report the error.',
  },
  'reconciler.failed': {
    fields: ['paymentId', 'error'],
    means: 'A lookup ended with a bug. The payment is looked up again after its pause.',
    action: 'Report the error. The payment keeps its status until a lookup succeeds.',
  },
  'job.failed': {
    fields: ['job', 'error'],
    means: 'A repeating job ended with a bug. Its next run comes all the same.',
    action: 'Report the error. Look at the log for whether every run fails.',
  },
  'clink.unauthorized': {
    fields: ['httpStatus', 'code'],
    means: 'The provider refuses the gateway’s key. No payment can be made.',
    action: 'Put a valid key into CLINK_API_KEY or its file.',
  },
  'clink.breaker-opened': {
    fields: ['openForMs'],
    means: 'Many charges in a row had no readable answer. For a while nothing is sent to the provider.',
    action: 'Look at the provider’s status and at the network between. The gateway tries again by itself.',
  },
  'webhook.unreadable': {
    fields: ['reason'],
    means: 'The provider signed an event that the gateway can’t read. It will be lost after a day of retries.',
    action: 'Report the reason: the provider changed its format.',
  },
  'webhook.too-large': {
    fields: ['announcedBytes'],
    means:
      'A request with a signature was larger than webhooks may be, and was refused unread. It may be the ' +
      'provider’s, whose event is lost then after a day of retries; anybody can send one.',
    action:
      'Look at the failed deliveries in the provider’s dashboard. Where the event is there, look its order ' +
      'up, and report its type and size.',
  },
  'webhook.names-no-payment': {
    fields: ['eventId', 'type'],
    means:
      'The provider signed an event about an order, and neither an order nor a payment is named in it. It ' +
      'is acknowledged and moves nothing.',
    action:
      'Look the event up by its id in the provider’s dashboard. Payments that wait are looked up all the ' +
      'same; report the format.',
  },
  'webhook.unknown-payment': {
    fields: ['eventId', 'paymentId', 'orderId'],
    means:
      'An event names a payment id of a gateway, and the store has no such payment. The row is lost, or ' +
      'another gateway shares the provider’s account.',
    action: 'Find out whether a failover or a restore took place, and follow docs/failover.md.',
  },
  'log.lines-lost': {
    fields: ['lines'],
    means: 'The log could not be written for a while: `lines` of them are missing, alarms perhaps among them.',
    action: 'Look at the disk, or at the reader of the log. Run `npm run payments:flagged`.',
  },
} as const satisfies Readonly<Record<string, { fields: readonly string[]; means: string; action: string }>>;
export type AlarmName = keyof typeof ALARMS;

export type AlarmDetails<Name extends AlarmName> = Readonly<
  Record<(typeof ALARMS)[Name]['fields'][number], string | number | null>
>;
