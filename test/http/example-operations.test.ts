import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import type { ExampleOperation } from '../../src/http/pages/example-builders.js';
import { EXAMPLE_OPERATIONS } from '../../src/http/pages/example-operations.js';
import { startGateway, type Gateway } from '../support/gateway.js';
import { send } from '../support/graphql-client.js';

/** The sandbox's triggers, each with the name of its example and the outcome that the example promises. */
const TRIGGERS: Record<string, [name: string, outcome: string]> = {
  pi_card_ok: ['PaidAtOnce', 'CreatePaymentSuccess'],
  pi_card_declined: ['Declined', 'CreatePaymentSuccess'],
  pi_pending: ['PaidLater', 'CreatePaymentSuccess'],
  pi_card_3ds: ['RedirectToBank', 'CreatePaymentSuccess'],
  pi_wallet_qr: ['ScanWalletQr', 'CreatePaymentSuccess'],
  pi_form_post: ['PostFormToBank', 'CreatePaymentSuccess'],
  pi_refused: ['RefusedByProvider', 'PaymentRejected'],
  pi_unauthorized: ['ProviderTurnsAway', 'ProviderUnavailable'],
  pi_reset_uncharged: ['CutBeforeCharge', 'PaymentOutcomeUnknown'],
  pi_reset_charged: ['CutAfterCharge', 'PaymentOutcomeUnknown'],
  pi_timeout_charged: ['TimeoutAfterCharge', 'PaymentOutcomeUnknown'],
  pi_busy: ['BusyButCharged', 'PaymentOutcomeUnknown'],
  pi_error_500: ['ServerErrorButCharged', 'PaymentOutcomeUnknown'],
  pi_garbage: ['GarbageButCharged', 'PaymentOutcomeUnknown'],
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ CLINK_TIMEOUT_MS: '500' });
});
afterAll(() => gateway.close());

/** Fills the placeholders in as the explorer's page does. */
async function run({ name, query, variables }: ExampleOperation) {
  const text = JSON.stringify(variables)
    .replaceAll('{{origin}}', gateway.url)
    .replaceAll('{{key}}', `explorer-${name}-0123`)
    .replace(/\{\{keyOf:(\w+)\}\}/g, 'explorer-$1-0123');
  return (await send(gateway.url, query, JSON.parse(text))).body;
}

function example(name: string): ExampleOperation {
  const found = EXAMPLE_OPERATIONS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no example is called ${name}`);
  return found;
}

describe('the example operations', () => {
  it('are valid against the printed schema, and each is named as its tab', () => {
    const schema = buildSchema(readFileSync('schema/payments.graphql', 'utf8'), { assumeValidSDL: true });
    for (const { name, query } of EXAMPLE_OPERATIONS) {
      expect(validate(schema, parse(query))).toEqual([]);
      expect(parse(query).definitions).toMatchObject([{ name: { value: name } }]);
    }
    expect(new Set(EXAMPLE_OPERATIONS.map(({ name }) => name)).size).toBe(EXAMPLE_OPERATIONS.length);
  });

  it.each(Object.entries(TRIGGERS))('has one for %s that does what it says', async (instrument, [name, outcome]) => {
    expect(example(name).variables).toMatchObject({ input: { paymentInstrumentId: instrument } });
    const answer = await run(example(name));
    expect(answer.errors).toBeUndefined();
    expect(answer.data.createPayment.__typename).toBe(outcome);
  });

  it('shows every mistake at once', async () => {
    const { data } = await run(example('EveryMistakeAtOnce'));
    expect(data.createPayment.issues.map(({ rule }: { rule: string }) => rule)).toEqual([
      'customer.identifierRequired',
      'price.currencyRequired',
      'returnUrl.invalid',
    ]);
  });

  it('shows what became of a key, of the same key with another amount, and of nobody', async () => {
    await run(example('PaidAtOnce'));
    const { data: conflict } = await run(example('SameKeyOtherAmount'));
    const { data: found } = await run(example('WasICharged'));
    const { data: byId } = await run(example('PaymentById'));
    const { data: byOrder } = await run(example('PaymentByOrder'));
    expect(conflict.createPayment).toMatchObject({ __typename: 'IdempotencyConflict', code: 'KEY_REUSED' });
    expect(found.paymentByIdempotencyKey.status).toBe('SUCCEEDED');
    expect([byId.payment, byOrder.paymentByOrderId]).toEqual([null, null]);
  });
});
