import { readdirSync, readFileSync } from 'node:fs';
import { buildSchema, Kind, parse, specifiedRules, validate, type FieldNode } from 'graphql';
import { DOCUMENT_LIMITS } from '../../../src/graphql/limits/document-limits.js';
import { createDocumentLimitsRule } from '../../../src/graphql/limits/document-limits.rule.js';
import { readFieldRules } from '../../../src/graphql/limits/field-rules.js';
import { createPaymentsSubgraph } from '../../../src/graphql/schema.js';
import { readExamples, type Example } from '../../../src/dev/explorer/examples.js';
import { studioExample } from '../../../src/dev/explorer/studio-examples.js';
import { openEventStream } from '../../http/subscriptions/event-stream-client.js';
import { startGateway, type Gateway } from '../../support/gateway/gateway.js';
import { setFaults } from '../../support/gateway/sandbox-faults.js';
import { send } from '../../support/graphql-client.js';

/** The sandbox's triggers, each with its example and the outcome that the example promises. */
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
  gateway = await startGateway({ env: { CLINK_TIMEOUT_MS: '5000', RECONCILE_INTERVAL_MS: '600000' } });
  // Webhooks would reveal the outcomes that are to be unknown.
  await setFaults(gateway, { webhooks: { drop: ['*'] } });
});
afterAll(() => gateway.close());

/** Fills in the placeholders as the explorer's page does, once the example before it was run. */
async function run(example: Example) {
  const { body } = await send(gateway.url, example.query, await variablesOf(example));
  expect(body.errors).toBeUndefined();
  return body.data;
}

async function variablesOf({ variables, after }: Example): Promise<unknown> {
  const before = after === undefined ? null : (await run(exampleCalled(after))).createPayment.payment;
  const text = JSON.stringify(variables)
    .replaceAll('{{origin}}', gateway.url)
    .replace(/\{\{keyOf:(\w+)\}\}/g, 'explorer-$1-0123')
    .replaceAll(`{{idOf:${after ?? ''}}}`, before?.id)
    .replaceAll(`{{orderIdOf:${after ?? ''}}}`, before?.orderId);
  expect(text).not.toContain('{{');
  return JSON.parse(text);
}

function exampleCalled(name: string): Example {
  const found = readExamples().find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no example is called ${name}`);
  return found;
}

const SCHEMA = buildSchema(readFileSync('schema/payments.graphql', 'utf8'), { assumeValidSDL: true });

describe('the example operations', () => {
  it('are valid against the printed schema, and each is named as its tab', () => {
    for (const { name, query } of readExamples()) {
      expect(validate(SCHEMA, parse(query))).toEqual([]);
      expect(parse(query).definitions).toMatchObject([{ name: { value: name } }]);
    }
    expect(new Set(readExamples().map(({ name }) => name)).size).toBe(readExamples().length);
  });

  it('are all in the index, with what each teaches at the top of its document', () => {
    const files = readdirSync('src/dev/explorer/examples').filter((file) => file.endsWith('.graphql'));
    expect(
      readExamples()
        .map(({ name }) => `${name}.graphql`)
        .sort(),
    ).toEqual(files.sort());
    for (const { query, teaches, after } of readExamples()) {
      expect(query).toMatch(after === undefined ? /^# (?!Follows)/ : new RegExp(`^# Follows ${after}\\. `));
      expect(teaches).toMatch(/^(?!Follows).+\.$/);
    }
  });

  it('are there for everything that the operations of clients ask for', () => {
    const files = readdirSync('schema/operations').map((file) => readFileSync(`schema/operations/${file}`, 'utf8'));
    expect(rootFields(readExamples().map(({ query }) => query))).toEqual(rootFields(files));
  });

  it.each(Object.entries(TRIGGERS))('has one for %s that does what it says', async (instrument, [name, outcome]) => {
    const example = exampleCalled(name);
    expect(example.variables).toMatchObject({ input: { paymentInstrumentId: instrument } });
    expect((await run(example)).createPayment.__typename).toBe(outcome);
  });

  it('shows every mistake at once', async () => {
    const { createPayment } = await run(exampleCalled('EveryMistakeAtOnce'));
    expect(createPayment.issues.map(({ rule }: { rule: string }) => rule)).toEqual([
      'customer.identifierRequired',
      'price.currencyRequired',
      'returnUrl.invalid',
    ]);
  });

  it('shows a double click, and the same key with another amount', async () => {
    const { createPayment: second } = await run(exampleCalled('DoubleClick'));
    const { createPayment: conflict } = await run(exampleCalled('SameKeyOtherAmount'));
    expect(second).toMatchObject({ __typename: 'CreatePaymentSuccess', replayed: true });
    expect(conflict).toMatchObject({ __typename: 'IdempotencyConflict', code: 'KEY_REUSED' });
  });

  it('finds payments by key, id and order, and in the list', async () => {
    const { paymentByIdempotencyKey } = await run(exampleCalled('WasICharged'));
    const { payment } = await run(exampleCalled('PaymentById'));
    const { paymentByOrderId } = await run(exampleCalled('PaymentByOrder'));
    expect(['UNKNOWN', 'SUCCEEDED']).toContain(paymentByIdempotencyKey.status);
    expect([payment.status, paymentByOrderId.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(paymentByOrderId.id).toBe(payment.id);
  });

  it('lists payments by pages', async () => {
    const example = exampleCalled('ListPayments');
    const { payments: first } = await run({ ...example, variables: { ...example.variables, first: 1 } });
    const { payments: next } = await run({
      ...example,
      variables: { ...example.variables, after: first.pageInfo.endCursor },
    });
    expect([first.edges.length, first.pageInfo.hasNextPage]).toEqual([1, true]);
    expect(next.edges.map(({ cursor }: { cursor: string }) => cursor)).not.toContain(first.pageInfo.endCursor);
  });

  it('renews a QR code', async () => {
    const { refreshWalletQr } = await run(exampleCalled('RenewQrCode'));
    expect(refreshWalletQr).toMatchObject({
      __typename: 'RefreshWalletQrSuccess',
      payment: { status: 'REQUIRES_ACTION', action: { __typename: 'WalletQr' } },
    });
  });

  it('watches a payment', async () => {
    const example = exampleCalled('WatchPayment');
    const variables = await variablesOf(example);
    const stream = await openEventStream(`${gateway.url}/graphql`, { query: example.query, variables });
    const event = await stream.next();
    stream.abort();
    expect(event?.data).toMatchObject({ data: { paymentUpdated: { status: 'REQUIRES_ACTION' } } });
  });
});

describe('the examples in Apollo Studio', () => {
  const names = readExamples().map(({ name }) => name);
  const open = (name: string | null, run: string | null = null) =>
    studioExample({ origin: 'http://127.0.0.1:4000', name, run });

  it.each(names)('%s opens in a valid document that charges at most once, and lists the others by story', (name) => {
    const { document, variables } = open(name);
    expect(
      validate(SCHEMA, parse(document), [
        ...specifiedRules,
        createDocumentLimitsRule(DOCUMENT_LIMITS, readFieldRules(createPaymentsSubgraph().classes)),
      ]),
    ).toEqual([]);
    expect(parse(document).definitions.at(-1)).toMatchObject({ name: { value: name } });
    expect(addressesIn(document).map((address) => address.searchParams.get('example'))).toEqual(names);
    expect(JSON.stringify(variables)).not.toContain('{{');
  });

  it.each(names.filter((name) => name !== 'WatchPayment'))('%s runs as it stands', async (operationName) => {
    const { document: query, variables } = open(operationName);
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables, operationName }),
    });
    const answer = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(answer.errors).toBeUndefined();
    expect(Object.keys(answer.data)).toHaveLength(1);
  });

  it('share their keys in one visit, and no other has them', () => {
    const first = open('PaidAtOnce');
    const run = addressesIn(first.document)[0]?.searchParams.get('run') ?? null;
    expect(keyOf(open('DoubleClick', run))).toBe(keyOf(first));
    expect(keyOf(open('PaidAtOnce'))).not.toBe(keyOf(first));
    expect(keyOf(open('PaidAtOnce', '"><script>'))).toMatch(/^studio-PaidAtOnce-[0-9a-f]{16}$/);
  });

  it('are in the page that browsers get at the endpoint, each at its address', async () => {
    const documentAt = async (search: string) => {
      const page = await (await fetch(`${gateway.url}/graphql${search}`, { headers: { accept: 'text/html' } })).text();
      expect(page).toContain('offline. <a href="/graphiql">GraphiQL</a> works without the internet.</p>');
      const [, config = ''] = /var embeddedSandboxConfig = (.*);\n/.exec(page) ?? [];
      return (JSON.parse(config) as { initialState: ReturnType<typeof open> }).initialState;
    };
    const first = await documentAt('');
    const [, , redirect] = addressesIn(first.document);
    expect(first.document).toContain('mutation PaidAtOnce(');
    expect(redirect?.origin).toBe(gateway.url);
    const second = await documentAt(redirect?.search ?? '');
    expect(second.document).toContain('mutation RedirectToBank(');
    expect(second.variables.input).toMatchObject({ returnUrl: `${gateway.url}/demo/return` });
  });
});

function addressesIn(document: string): URL[] {
  return [...document.matchAll(/http\S+example=\S+/g)].map(([address]) => new URL(address));
}

function keyOf({ variables }: { variables: Readonly<Record<string, unknown>> }): string {
  return (variables.input as { idempotencyKey: string }).idempotencyKey;
}

function rootFields(documents: readonly string[]): string[] {
  const operations = documents
    .flatMap((document) => parse(document).definitions)
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fields = operations.flatMap(({ selectionSet }) => selectionSet.selections as readonly FieldNode[]);
  return [...new Set(fields.map(({ name }) => name.value))].sort();
}
