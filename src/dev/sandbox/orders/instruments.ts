export type OrderCourse = 'paid' | 'declined' | 'challenge' | 'walletQr' | 'bankForm' | 'pendingPaid' | 'pendingFailed';

type AnswerCourse =
  | 'normal'
  | 'refused'
  | 'busy'
  | 'unauthorized'
  | 'rateLimited'
  | 'never'
  | 'reset'
  | 'error500'
  | 'cutBody'
  | 'anothers';

export interface InstrumentCourse {
  readonly order: OrderCourse | null;
  readonly answer: AnswerCourse;
  readonly hidesMetadata?: true;
  readonly summary: string;
}

/** The first fourteen are a public contract: clients and checks use them. */
export const INSTRUMENTS: ReadonlyMap<string, InstrumentCourse> = new Map<string, InstrumentCourse>([
  ['pi_card_ok', { order: 'paid', answer: 'normal', summary: 'Paid at once.' }],
  ['pi_card_3ds', { order: 'challenge', answer: 'normal', summary: 'Redirect to a challenge: approve or decline.' }],
  ['pi_card_declined', { order: 'declined', answer: 'normal', summary: 'Declined: card_declined.' }],
  ['pi_wallet_qr', { order: 'walletQr', answer: 'normal', summary: 'A QR code for 5 minutes; opening its link pays.' }],
  ['pi_form_post', { order: 'bankForm', answer: 'normal', summary: 'A form to post to a bank: confirm or cancel.' }],
  ['pi_pending', { order: 'pendingPaid', answer: 'normal', summary: 'Pending, then paid after a moment.' }],
  ['pi_refused', { order: null, answer: 'refused', summary: 'HTTP 200 with code 90101206. Not charged.' }],
  ['pi_busy', { order: 'paid', answer: 'busy', summary: 'HTTP 200 with code 500. Charged all the same.' }],
  ['pi_unauthorized', { order: null, answer: 'unauthorized', summary: 'HTTP 401 with a plain text. Not charged.' }],
  ['pi_timeout_charged', { order: 'paid', answer: 'never', summary: 'Charged, then never answered.' }],
  ['pi_reset_charged', { order: 'paid', answer: 'reset', summary: 'Charged, then the connection is cut.' }],
  ['pi_reset_uncharged', { order: null, answer: 'reset', summary: 'The connection is cut. Not charged.' }],
  ['pi_error_500', { order: 'paid', answer: 'error500', summary: 'HTTP 500. Charged all the same.' }],
  ['pi_garbage', { order: 'paid', answer: 'cutBody', summary: 'A cut JSON body. Charged all the same.' }],
  ['pi_pending_failed', { order: 'pendingFailed', answer: 'normal', summary: 'Pending, then failed after a moment.' }],
  ['pi_rate_limited', { order: null, answer: 'rateLimited', summary: 'HTTP 429, Retry-After 2. Not charged.' }],
  [
    'pi_timeout_no_metadata',
    {
      order: 'paid',
      answer: 'never',
      hidesMetadata: true,
      summary: 'As pi_timeout_charged; lookups lack the metadata.',
    },
  ],
  [
    'pi_timeout_3ds',
    { order: 'challenge', answer: 'never', summary: 'A challenge is waiting, but no answer says so.' },
  ],
  [
    'pi_answer_of_another',
    {
      order: 'declined',
      answer: 'anothers',
      summary: 'Declined, but answered with the success of an earlier payment.',
    },
  ],
  ['pi_timeout_qr', { order: 'walletQr', answer: 'never', summary: 'A QR code is waiting, but no answer says so.' }],
]);

/** Null: there is no such instrument. Any other `pi_…` pays at once, so that load tests may use many. */
export function findCourse(paymentInstrumentId: string): InstrumentCourse | null {
  const trigger = INSTRUMENTS.get(paymentInstrumentId);
  if (trigger !== undefined) return trigger;
  return paymentInstrumentId.startsWith('pi_') ? PAYS_AT_ONCE : null;
}

const PAYS_AT_ONCE: InstrumentCourse = { order: 'paid', answer: 'normal', summary: 'Paid at once.' };
