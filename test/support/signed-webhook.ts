import { SIGN_TYPE, signWebhook, WEBHOOK_HEADERS } from '../../src/webhooks/signature.js';

export const TEST_WEBHOOK_SECRET = 'whsec_test_of_the_gateway';

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
}

export interface SigningOptions {
  readonly secret?: string;
  /** The header's text. */
  readonly timestamp: string;
}

/** A request as the provider sends it: really signed, whatever the body is. */
export function signedWebhook(
  body: unknown,
  { secret = TEST_WEBHOOK_SECRET, timestamp }: SigningOptions,
): WebhookRequest {
  const rawBody = toBytes(body);
  return {
    rawBody,
    headers: {
      [WEBHOOK_HEADERS.timestamp]: timestamp,
      [WEBHOOK_HEADERS.signature]: signWebhook({ secret, timestamp, rawBody }),
      [WEBHOOK_HEADERS.signType]: SIGN_TYPE,
    },
  };
}

/** Sends it over real HTTP. */
export async function deliver(
  url: string,
  { headers, rawBody }: WebhookRequest,
): Promise<{ status: number; body: string }> {
  const response = await fetch(url, { method: 'POST', headers, body: rawBody });
  return { status: response.status, body: await response.text() };
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The provider's order as it stands in an event; what a test is about goes into `changes`. */
export function wireOrder(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    orderId: 'order_01',
    type: 'onetime',
    sessionId: 'sess_01',
    merchantReferenceId: 'null',
    customerId: 'cus_01',
    customerEmail: 'buyer@example.com',
    priceDataList: null,
    paymentMethod: { paymentMethodType: 'CARD', paymentInstrumentId: 'pi_full_instrument_id_01', cardLastFour: '1003' },
    amountSubtotal: 19.99,
    amountTotal: 19.99,
    paymentCurrency: 'USD',
    originalCurrency: 'USD',
    failureCode: null,
    failureMessage: null,
    metadata: { gateway_payment_id: 'pay_01' },
    ...changes,
  };
}

/** The provider's envelope around an object, in today's form. */
export function wireEvent(
  type: string,
  object: unknown,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { id: 'event_01', object: 'event', created: 1_785_936_113_600, type, data: { object }, ...changes };
}
