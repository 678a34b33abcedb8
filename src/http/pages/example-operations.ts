import { charge, lookUp, type ExampleOperation } from './example-builders.js';

/** One for each thing that the sandbox can be made to do, and the look-ups that follow. */
export const EXAMPLE_OPERATIONS: readonly ExampleOperation[] = [
  charge({
    name: 'PaidAtOnce',
    story: 'Paid or declined',
    teaches:
      'The card is charged at once: SUCCEEDED. Press play twice: the second answer is a replay, nothing is charged again.',
    input: { paymentInstrumentId: 'pi_card_ok' },
  }),
  charge({
    name: 'Declined',
    story: 'Paid or declined',
    teaches: 'The bank declines. The mutation succeeded, the payment is FAILED, and `failure` says why.',
    input: { paymentInstrumentId: 'pi_card_declined' },
  }),
  charge({
    name: 'PaidLater',
    story: 'Paid or declined',
    teaches: 'PENDING: nobody has to do anything, the verdict comes a moment later. Ask for the payment again.',
    input: { paymentInstrumentId: 'pi_pending' },
  }),
  charge({
    name: 'RedirectToBank',
    story: 'The payer has to act',
    teaches: 'A 3-D Secure challenge: open `action.url`, approve or decline there, then ask for the payment again.',
    input: { paymentInstrumentId: 'pi_card_3ds' },
  }),
  charge({
    name: 'ScanWalletQr',
    story: 'The payer has to act',
    teaches: 'A QR code: scan it, or open `fallbackUrl` in another tab, which pays. It expires after five minutes.',
    input: { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' },
  }),
  charge({
    name: 'PostFormToBank',
    story: 'The payer has to act',
    teaches: 'Post `action.fields` to `action.url` as a form. The demo checkout at /demo shows how.',
    input: { paymentInstrumentId: 'pi_form_post' },
  }),
  charge({
    name: 'RefusedByProvider',
    story: 'Refused',
    teaches: 'The provider refuses the request by a published code: PaymentRejected, nothing charged, use a new key.',
    input: { paymentInstrumentId: 'pi_refused' },
  }),
  charge({
    name: 'ProviderTurnsAway',
    story: 'Refused',
    teaches:
      "The provider does not take the gateway's key: ProviderUnavailable, nothing charged, the same key may be used again.",
    input: { paymentInstrumentId: 'pi_unauthorized' },
  }),
  charge({
    name: 'CutBeforeCharge',
    story: 'Was it charged?',
    teaches:
      'The connection breaks after sending. Nothing was charged this time, but nobody can know: PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_reset_uncharged' },
  }),
  charge({
    name: 'CutAfterCharge',
    story: 'Was it charged?',
    teaches: 'The same answer, and this time it was charged. Never pay again on it: ask for the payment.',
    input: { paymentInstrumentId: 'pi_reset_charged' },
  }),
  charge({
    name: 'TimeoutAfterCharge',
    story: 'Was it charged?',
    teaches:
      'The provider charges and never answers. Takes as long as CLINK_TIMEOUT_MS (20 s), then PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_timeout_charged' },
  }),
  charge({
    name: 'BusyButCharged',
    story: 'Was it charged?',
    teaches: 'The provider says "busy" with a code that is not in its list, and has charged: PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_busy' },
  }),
  charge({
    name: 'ServerErrorButCharged',
    story: 'Was it charged?',
    teaches: 'HTTP 500 from the provider, which has charged: PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_error_500' },
  }),
  charge({
    name: 'GarbageButCharged',
    story: 'Was it charged?',
    teaches: "The provider's answer is cut in the middle, after it has charged: PaymentOutcomeUnknown.",
    input: { paymentInstrumentId: 'pi_garbage' },
  }),
  charge({
    name: 'EveryMistakeAtOnce',
    story: 'Mistakes',
    teaches: 'Half a price, no customer, a bad return address: `issues` names each of them, and the key stays unused.',
    input: {
      paymentInstrumentId: 'pi_card_ok',
      currency: undefined,
      referenceCustomerId: undefined,
      returnUrl: 'shop',
    },
  }),
  charge({
    name: 'SameKeyOtherAmount',
    story: 'Mistakes',
    teaches: 'Run PaidAtOnce first. Its key with another amount is an IdempotencyConflict, and charges nothing.',
    input: { idempotencyKey: '{{keyOf:PaidAtOnce}}', paymentInstrumentId: 'pi_card_ok', amount: '20.00' },
  }),
  lookUp({
    name: 'WasICharged',
    teaches: 'Run PaidAtOnce first. After a timeout on your side, this answers what became of your key.',
    field: 'paymentByIdempotencyKey(idempotencyKey: $value)',
    value: '{{keyOf:PaidAtOnce}}',
  }),
  lookUp({
    name: 'PaymentById',
    teaches: "Put a payment's `id` in. An unknown one, and somebody else's, is null.",
    field: 'payment(id: $value)',
    value: 'pay_of_nobody',
  }),
  lookUp({
    name: 'PaymentByOrder',
    teaches: "Put a payment's `orderId` in: the provider's own id of it.",
    field: 'paymentByOrderId(orderId: $value)',
    value: 'order_of_nobody',
  }),
];
