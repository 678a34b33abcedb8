import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-sse';
import {
  CreatePaymentDocument,
  PaymentByIdempotencyKeyDocument,
  PaymentByOrderIdDocument,
  PaymentDocument,
  PaymentsDocument,
  PaymentUpdatedDocument,
  RefreshWalletQrDocument,
} from '../generated/operations.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { newInput } from './inputs.js';

describe('urql with the generated types', () => {
  let gateway: Gateway;
  let client: Client;
  let streams: ReturnType<typeof createClient>;
  beforeAll(async () => {
    gateway = await startGateway({ env: { RECONCILE_INTERVAL_MS: '600000' } });
    const url = `${gateway.url}/graphql`;
    streams = createClient({ url });
    client = new Client({
      url,
      preferGetMethod: false,
      exchanges: [
        cacheExchange,
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({ unsubscribe: streams.subscribe({ query, variables }, sink as never) }),
          }),
        }),
      ],
    });
  });
  afterAll(async () => {
    streams.dispose();
    await gateway.close();
  });

  it('pays, then finds the payment in each of three ways', async () => {
    const input = newInput();
    const { id, orderId } = await pay(input);
    const byId = await client.query(PaymentDocument, { id }).toPromise();
    const byOrder = await client.query(PaymentByOrderIdDocument, { orderId: orderId ?? '' }).toPromise();
    const byKey = await client
      .query(PaymentByIdempotencyKeyDocument, { idempotencyKey: input.idempotencyKey })
      .toPromise();
    expect([
      byId.data?.payment?.id,
      byOrder.data?.paymentByOrderId?.id,
      byKey.data?.paymentByIdempotencyKey?.id,
    ]).toEqual([id, id, id]);
  });

  it('reads each member of the result by its type', async () => {
    const { data } = await client.mutation(CreatePaymentDocument, { input: newInput({ currency: 'usd' }) }).toPromise();
    const result = data?.createPayment;
    if (result?.__typename !== 'InvalidPaymentInput') throw new Error('the input was taken');
    expect(result.issues.map(({ rule }) => rule)).toEqual(['currency.unknown']);
  });

  it('shows an action that is a union', async () => {
    const { action } = await pay(newInput({ paymentInstrumentId: 'pi_form_post' }));
    if (action?.__typename !== 'FormPost') throw new Error('no form');
    expect(action.fields.length).toBeGreaterThan(0);
  });

  it('lists payments', async () => {
    const { id } = await pay(newInput());
    const { data } = await client.query(PaymentsDocument, { first: 1 }).toPromise();
    expect(data?.payments.edges.map(({ node }) => node.id)).toEqual([id]);
  });

  it('renews a QR code', async () => {
    const { id } = await pay(newInput({ paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' }));
    const { data } = await client.mutation(RefreshWalletQrDocument, { paymentId: id }).toPromise();
    expect(data?.refreshWalletQr.__typename).toBe('RefreshWalletQrSuccess');
  });

  it('watches a payment over an event stream', async () => {
    const { id } = await pay(newInput());
    const status = await new Promise((resolve) => {
      client.subscription(PaymentUpdatedDocument, { id }).subscribe(({ data, error }) => {
        resolve(data?.paymentUpdated.status ?? error);
      });
    });
    expect(status).toBe('SUCCEEDED');
  });

  it("watches a payment over urql's own event stream", async () => {
    const { id } = await pay(newInput());
    const own = new Client({
      ...{
        url: `${gateway.url}/graphql`,
        preferGetMethod: false,
        fetchSubscriptions: true,
        exchanges: [fetchExchange],
      },
    });
    const status = await new Promise((resolve) => {
      own.subscription(PaymentUpdatedDocument, { id }).subscribe(({ data, error }) => {
        resolve(data?.paymentUpdated.status ?? error);
      });
    });
    expect(status).toBe('SUCCEEDED');
  });

  it('tells a refused operation apart from a broken network', async () => {
    const { error } = await client.query('{ nothing }', {}).toPromise();
    expect(error?.networkError).toBeUndefined();
    expect(error?.graphQLErrors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  async function pay(input: ReturnType<typeof newInput>) {
    const { data, error } = await client.mutation(CreatePaymentDocument, { input }).toPromise();
    const result = data?.createPayment;
    if (result?.__typename !== 'CreatePaymentSuccess') throw error ?? new Error('not paid');
    return result.payment;
  }
});
