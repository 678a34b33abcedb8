import { charge, list, lookUp, renewQr, toOperation, watch, type Example } from './example-builders.js';

/** One for each thing that the sandbox can be made to do, and the look-ups that follow. */
export const EXAMPLES: readonly Example[] = [
  charge({
    name: 'PaidAtOnce',
    story: 'Paid',
    teaches:
      'The card is charged at once: SUCCEEDED. Press play twice: the second answer is a replay, nothing is charged again.',
    input: { paymentInstrumentId: 'pi_card_ok' },
  }),
  charge({
    name: 'PaidLater',
    story: 'Paid',
    teaches: 'PENDING: nobody has to do anything, the verdict comes a moment later. Ask for the payment again.',
    input: { paymentInstrumentId: 'pi_pending' },
  }),
  charge({
    name: 'RedirectToBank',
    story: 'Redirect',
    teaches: 'A 3-D Secure challenge: open `action.url`, approve or decline there, then ask for the payment again.',
    input: { paymentInstrumentId: 'pi_card_3ds' },
  }),
  charge({
    name: 'ScanWalletQr',
    story: 'QR code',
    teaches: 'A QR code: scan it, or open `fallbackUrl` in another tab, which pays. It expires after five minutes.',
    input: { paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' },
  }),
  renewQr({
    name: 'RenewQrCode',
    story: 'QR code',
    after: 'ScanWalletQr',
    teaches:
      'A new code for the same payment, as a page offers it when the code has expired. The one before is worthless.',
    field: 'refreshWalletQr(paymentId: $value)',
    value: '{{idOf:ScanWalletQr}}',
  }),
  watch({
    name: 'WatchPayment',
    story: 'QR code',
    after: 'ScanWalletQr',
    teaches:
      'The payment as it stands, then each change until its end. Open `fallbackUrl` in another tab, and see it paid.',
    field: 'paymentUpdated(id: $value)',
    value: '{{idOf:ScanWalletQr}}',
  }),
  charge({
    name: 'PostFormToBank',
    story: 'Form post',
    teaches: 'Post `action.fields` to `action.url` as a form. The demo checkout at /demo shows how.',
    input: { paymentInstrumentId: 'pi_form_post' },
  }),
  charge({
    name: 'Declined',
    story: 'Decline and refusal',
    teaches: 'The bank declines. The mutation succeeded, the payment is FAILED, and `failure` says why.',
    input: { paymentInstrumentId: 'pi_card_declined' },
  }),
  charge({
    name: 'RefusedByProvider',
    story: 'Decline and refusal',
    teaches: 'The provider refuses the request by a published code: PaymentRejected, nothing charged, use a new key.',
    input: { paymentInstrumentId: 'pi_refused' },
  }),
  charge({
    name: 'ProviderTurnsAway',
    story: 'Decline and refusal',
    teaches:
      "The provider does not take the gateway's key: ProviderUnavailable, nothing charged, the same key may be used again.",
    input: { paymentInstrumentId: 'pi_unauthorized' },
  }),
  charge({
    name: 'TimeoutAfterCharge',
    story: 'Timeout: was it charged?',
    teaches:
      'The provider charges and never answers. Takes as long as CLINK_TIMEOUT_MS (20 s), then PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_timeout_charged' },
  }),
  charge({
    name: 'CutBeforeCharge',
    story: 'Timeout: was it charged?',
    teaches:
      'The connection breaks after sending. Nothing was charged this time, but nobody can know: PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_reset_uncharged' },
  }),
  charge({
    name: 'CutAfterCharge',
    story: 'Timeout: was it charged?',
    teaches: 'The same answer, and this time it was charged. Never pay again on it: ask for the payment.',
    input: { paymentInstrumentId: 'pi_reset_charged' },
  }),
  charge({
    name: 'BusyButCharged',
    story: 'Timeout: was it charged?',
    teaches: 'The provider says "busy" with a code that is not in its list, and has charged: PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_busy' },
  }),
  charge({
    name: 'ServerErrorButCharged',
    story: 'Timeout: was it charged?',
    teaches: 'HTTP 500 from the provider, which has charged: PaymentOutcomeUnknown.',
    input: { paymentInstrumentId: 'pi_error_500' },
  }),
  charge({
    name: 'GarbageButCharged',
    story: 'Timeout: was it charged?',
    teaches: "The provider's answer is cut in the middle, after it has charged: PaymentOutcomeUnknown.",
    input: { paymentInstrumentId: 'pi_garbage' },
  }),
  lookUp({
    name: 'WasICharged',
    story: 'Timeout: was it charged?',
    after: 'CutAfterCharge',
    teaches:
      'A client that got no answer asks by its key what became of it. The webhook, or the gateway asking the provider, settles it.',
    field: 'paymentByIdempotencyKey(idempotencyKey: $value)',
    value: '{{keyOf:CutAfterCharge}}',
  }),
  charge({
    name: 'DoubleClick',
    story: 'Double click',
    after: 'PaidAtOnce',
    teaches: 'An impatient second click sends the same key and input: `replayed` is true, and nothing more is charged.',
    input: { idempotencyKey: '{{keyOf:PaidAtOnce}}', paymentInstrumentId: 'pi_card_ok' },
  }),
  charge({
    name: 'SameKeyOtherAmount',
    story: 'Double click',
    after: 'PaidAtOnce',
    teaches: 'Its key with another amount is an IdempotencyConflict, and charges nothing.',
    input: { idempotencyKey: '{{keyOf:PaidAtOnce}}', paymentInstrumentId: 'pi_card_ok', amount: '20.00' },
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
  lookUp({
    name: 'PaymentById',
    story: 'Look it up',
    after: 'PaidAtOnce',
    teaches: "The payment by its `id`. An unknown one, and somebody else's, is null.",
    field: 'payment(id: $value)',
    value: '{{idOf:PaidAtOnce}}',
  }),
  lookUp({
    name: 'PaymentByOrder',
    story: 'Look it up',
    after: 'PaidAtOnce',
    teaches: "The payment by its `orderId`, the provider's own id of it.",
    field: 'paymentByOrderId(orderId: $value)',
    value: '{{orderIdOf:PaidAtOnce}}',
  }),
  list({
    name: 'ListPayments',
    story: 'Look it up',
    after: 'PaidAtOnce',
    teaches: 'Your payments, newest first. Put `endCursor` into `after` for the next page.',
  }),
];

/** The same, each in a document of its own. */
export const EXAMPLE_OPERATIONS = EXAMPLES.map(toOperation);
