import type { GraphQLFormattedError } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createGraphqlApi, type GraphqlApiDeps } from '../../src/graphql/api.js';
import type { PaymentServices, RequestContext } from '../../src/graphql/context.js';
import { LOCAL_CALLER } from '../../src/payments/access/caller.js';
import type { CreatePaymentCommand } from '../../src/payments/model/create-payment-command.js';
import type { CreatePaymentOutcome } from '../../src/payments/create-payment/create-payment.outcome.js';
import type { PaymentFinder } from '../../src/payments/find-payments/find-payments.service.js';
import type { Payment } from '../../src/payments/model/payment.js';
import type { Clock } from '../../src/shared/clock.js';
import { createLog } from '../../src/shared/log/log.js';
import { searchedOutput } from '../support/output-search.js';

/** 2026-01-31T12:00:00.000Z, when every test takes place. */
export const NOW_MS = Date.UTC(2026, 0, 31, 12);
export const REQUEST_ID = 'req_test';
export const CALLER = { ...LOCAL_CALLER, scope: 'shop' };

export const clockAt = (nowMs: number): Clock => ({
  now: () => nowMs,
  monotonicNow: () => nowMs,
  sleep: () => Promise.resolve(),
});

/** A paid payment; a test changes what it is about. */
export function paymentWith(changes: Partial<Payment> = {}): Payment {
  return {
    id: 'pay_1',
    scope: CALLER.scope,
    idempotencyKey: 'key-0123456789abcdef',
    fingerprint: 'f'.repeat(64),
    state: 'SUCCEEDED',
    epoch: 1,
    claimId: 'clm_1',
    sendBeforeMs: NOW_MS,
    sentByGatewayAtMs: NOW_MS,
    orderId: 'order_1',
    sessionId: 'sess_1',
    action: null,
    amount: { minorUnits: 1999n, currency: 'USD' },
    chargedAmount: { minorUnits: 1999n, currency: 'USD' },
    requested: { money: { minorUnits: 1999n, currency: 'USD' }, chargeCurrency: null, isDiscounted: false },
    paymentMethodType: 'CARD',
    paymentInstrumentId: 'pi_1',
    merchantReferenceId: 'cart-7',
    referenceIsOurs: false,
    productId: 'prd_1',
    customer: { customerId: 'cus_1', referenceCustomerId: null },
    failure: null,
    rejection: null,
    metadata: [{ key: 'cart', value: '7' }],
    timeline: [
      { id: 'pev_1', status: 'PROCESSING', source: 'CREATE_PAYMENT', occurredAtMs: NOW_MS - 20, detail: null },
      { id: 'pev_2', status: 'SUCCEEDED', source: 'PROVIDER_ANSWER', occurredAtMs: NOW_MS - 10, detail: 'Paid.' },
    ],
    createdAtMs: NOW_MS - 20,
    updatedAtMs: NOW_MS - 10,
    providerTimeMs: NOW_MS - 10,
    ...changes,
  };
}

/** Services that a test does not expect to be asked. */
export const UNUSED_SERVICES: Pick<PaymentServices, 'watchPayment' | 'refreshWalletQr'> = {
  watchPayment: () => {
    throw new Error('this test watches no payment');
  },
  refreshWalletQr: () => Promise.reject(new Error('this test renews no QR code')),
};

export interface Answer<Data> {
  readonly data: Data | null | undefined;
  readonly errors: readonly GraphQLFormattedError[];
}

export interface GraphqlFixture {
  /** What createPayment was asked for. */
  readonly commands: CreatePaymentCommand[];
  /** The batches that each finder was asked for. */
  readonly lookups: { readonly by: string; readonly keys: readonly string[] }[];
  readonly logLines: string[];
  readonly context: RequestContext;
  run<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Answer<Data>>;
  /** Without types, for what a typed document would not allow. */
  send(query: string, variables?: Record<string, unknown>): Promise<Answer<Record<string, unknown>>>;
}

export interface FixtureParts {
  readonly outcome?: () => Promise<CreatePaymentOutcome>;
  readonly payments?: readonly Payment[];
  readonly find?: Partial<PaymentFinder>;
  readonly api?: Partial<GraphqlApiDeps>;
}

/** The real API over services that answer with what the test gave and remember what they were asked. */
export function graphqlFixture({ outcome, payments = [], find, api: overrides }: FixtureParts = {}): GraphqlFixture {
  const commands: CreatePaymentCommand[] = [];
  const lookups: { by: string; keys: readonly string[] }[] = [];
  const logLines: string[] = [];
  const created: CreatePaymentOutcome = { kind: 'created', payment: paymentWith(), replayed: false };
  const api = createGraphqlApi({
    payments: {
      ...UNUSED_SERVICES,
      createPayment: (command) => {
        commands.push(command);
        return outcome?.() ?? Promise.resolve(created);
      },
      find: {
        byIds: (keys) => {
          lookups.push({ by: 'id', keys });
          return Promise.resolve(keys.map((key) => payments.find(({ id }) => id === key) ?? null));
        },
        byOrderIds: (keys) => {
          lookups.push({ by: 'orderId', keys });
          return Promise.resolve(keys.map((key) => payments.find(({ orderId }) => orderId === key) ?? null));
        },
        byIdempotencyKey: (key) => {
          lookups.push({ by: 'idempotencyKey', keys: [key] });
          return Promise.resolve(payments.find(({ idempotencyKey }) => idempotencyKey === key) ?? null);
        },
        page: () => Promise.reject(new Error('this test lists no payments')),
        ...find,
      },
    },
    clock: clockAt(NOW_MS),
    log: createLog(
      'debug',
      searchedOutput((line) => logLines.push(line)),
    ),
    introspection: true,
    returnUrlOrigins: [],
    returnUrlSchemes: [],
    ...overrides,
  });
  const context = api.contextFor({ requestId: REQUEST_ID, caller: CALLER });
  const send = async (query: string, variables: Record<string, unknown> = {}) => {
    const { body } = await api.server.executeOperation({ query, variables }, { contextValue: context });
    if (body.kind !== 'single') throw new Error('an incremental answer');
    return { data: body.singleResult.data, errors: body.singleResult.errors ?? [] };
  };
  return {
    commands,
    lookups,
    logLines,
    context,
    send,
    run: async <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) =>
      (await send(print(document), variables as Record<string, unknown>)) as Answer<Data>,
  };
}
