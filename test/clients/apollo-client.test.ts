import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import {
  CreatePaymentDocument,
  PaymentByIdempotencyKeyDocument,
  PaymentByOrderIdDocument,
  PaymentDocument,
  PaymentsDocument,
  PaymentUpdatedDocument,
  RefreshWalletQrDocument,
} from '../generated/operations.js';
import possibleTypes from '../generated/possible-types.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';
import { newInput } from './inputs.js';

describe('@apollo/client with the generated types', () => {
  let gateway: Gateway;
  let client: ApolloClient;
  let sockets: ReturnType<typeof createClient>;
  beforeAll(async () => {
    gateway = await startGateway({ env: { RECONCILE_INTERVAL_MS: '600000' } });
    sockets = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    client = clientOver(new HttpLink({ uri: `${gateway.url}/graphql` }));
  });
  afterAll(async () => {
    client.stop();
    await sockets.dispose();
    await gateway.close();
  });

  it('pays, then finds the payment in each of three ways', async () => {
    const input = newInput();
    const payment = await pay(input);
    const byId = await client.query({ query: PaymentDocument, variables: { id: payment.id } });
    const byOrder = await client.query({
      query: PaymentByOrderIdDocument,
      variables: { orderId: payment.orderId ?? '' },
    });
    const byKey = await client.query({
      query: PaymentByIdempotencyKeyDocument,
      variables: { idempotencyKey: input.idempotencyKey },
    });
    expect([
      byId.data?.payment?.id,
      byOrder.data?.paymentByOrderId?.id,
      byKey.data?.paymentByIdempotencyKey?.id,
    ]).toEqual([payment.id, payment.id, payment.id]);
  });

  it('reads each member of the result by its type, and the interface by its possible types', async () => {
    const { data } = await client.mutate({
      mutation: CreatePaymentDocument,
      variables: { input: newInput({ currency: 'usd' }) },
    });
    const result = data?.createPayment;
    if (result?.__typename !== 'InvalidPaymentInput') throw new Error('the input was taken');
    expect(result.code).toBe('INVALID_INPUT');
    expect(result.issues.map(({ rule }) => rule)).toEqual(['currency.unknown']);
  });

  it('shows an action that is a union', async () => {
    const { action } = await pay(newInput({ paymentInstrumentId: 'pi_card_3ds' }));
    if (action?.__typename !== 'Redirect') throw new Error('no redirect');
    expect(action.url).toContain('/3ds/challenge');
  });

  it('lists payments', async () => {
    const payment = await pay(newInput());
    const { data } = await client.query({ query: PaymentsDocument, variables: { first: 1 }, fetchPolicy: 'no-cache' });
    expect(data?.payments.edges.map(({ node }) => node.id)).toEqual([payment.id]);
  });

  it('renews a QR code', async () => {
    const { id } = await pay(newInput({ paymentInstrumentId: 'pi_wallet_qr', paymentMethodType: 'CASHAPP' }));
    const { data } = await client.mutate({ mutation: RefreshWalletQrDocument, variables: { paymentId: id } });
    expect(data?.refreshWalletQr.__typename).toBe('RefreshWalletQrSuccess');
  });

  it('watches a payment over a WebSocket', async () => {
    const { id } = await pay(newInput());
    const status = await new Promise((resolve, reject) => {
      client.subscribe({ query: PaymentUpdatedDocument, variables: { id } }).subscribe({
        next: ({ data }) => {
          resolve(data?.paymentUpdated.status);
        },
        error: reject,
      });
    });
    expect(status).toBe('SUCCEEDED');
  });

  it('sends automatic persisted queries', async () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    const link = new PersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: `${gateway.url}/graphql` }));
    const persisting = clientOver(link);
    const { data } = await persisting.query({ query: PaymentDocument, variables: { id: 'pay_of_nobody' } });
    persisting.stop();
    expect(data).toEqual({ payment: null });
  });

  function clientOver(http: ApolloLink): ApolloClient {
    return new ApolloClient({
      cache: new InMemoryCache(possibleTypes),
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(sockets),
        http,
      ),
    });
  }

  async function pay(input: ReturnType<typeof newInput>) {
    const { data } = await client.mutate({ mutation: CreatePaymentDocument, variables: { input } });
    const result = data?.createPayment;
    if (result?.__typename !== 'CreatePaymentSuccess') throw new Error(`not paid: ${JSON.stringify(result)}`);
    return result.payment;
  }
});
