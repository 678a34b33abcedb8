import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** A subgraph or a router of the example. */
export interface RunningService {
  readonly url: string;
  close(): Promise<void>;
}

interface Order {
  readonly number: string;
  readonly title: string;
  readonly total: { readonly amount: string; readonly currency: string };
  readonly paymentIds: readonly string[];
}

interface PaymentReference {
  readonly id: string;
  readonly merchantReferenceId?: string | null;
}

export async function startShopOrders(port = 0): Promise<RunningService> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(SCHEMA), resolvers: createResolvers() }]);
  const server = new ApolloServer({
    schema,
    plugins: [ApolloServerPluginInlineTrace()],
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { port, host: '127.0.0.1' } });
  return { url, close: () => server.stop() };
}

const SCHEMA = readFileSync(join(__dirname, 'shop-orders.graphql'), 'utf8');

function createResolvers() {
  const orders = new Map(ORDERS.map((order) => [order.number, order]));
  return {
    Query: {
      order: (_root: unknown, { number }: { number: string }) => orders.get(number) ?? null,
      orders: () => [...orders.values()],
    },
    Mutation: {
      recordPayment: (_root: unknown, { orderNumber, paymentId }: { orderNumber: string; paymentId: string }) => {
        const order = orders.get(orderNumber);
        if (order === undefined) return null;
        const recorded = { ...order, paymentIds: [...new Set([...order.paymentIds, paymentId])] };
        orders.set(orderNumber, recorded);
        return recorded;
      },
    },
    Order: {
      __resolveReference: ({ number }: { number: string }) => orders.get(number) ?? null,
      payments: ({ paymentIds }: Order) => paymentIds.map((id) => ({ id })),
    },
    Payment: {
      __resolveReference: (reference: PaymentReference) => reference,
      order: ({ merchantReferenceId }: PaymentReference) => orders.get(merchantReferenceId ?? '') ?? null,
    },
    Product: {
      __resolveReference: ({ id }: { id: string }) => ({ id, pageUrl: `https://shop.example/products/${id}` }),
    },
    Customer: {
      __resolveReference: ({ id }: { id: string }) => ({ id, isRegular: true }),
    },
  };
}

const ORDERS: readonly Order[] = [
  { number: 'order-1001', title: 'Two mugs', total: { amount: '19.99', currency: 'USD' }, paymentIds: [] },
  { number: 'order-1002', title: 'A notebook', total: { amount: '680', currency: 'JPY' }, paymentIds: [] },
];
