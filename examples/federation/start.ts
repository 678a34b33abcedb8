import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { composeSupergraph } from './compose-supergraph.js';
import { startApolloGateway } from './routers/apollo-gateway.js';
import { startHiveGateway } from './routers/hive-gateway.js';
import { startShopOrders, type RunningService } from './shop-orders/shop-orders.js';

const PAYMENTS_PORT = 4000;
const ORDERS_PORT = 4001;
const APOLLO_PORT = 4002;
const HIVE_PORT = 4003;

/** Starts the gateway with its sandbox, the shop's subgraph, and both routers. Ends with Ctrl-C. */
async function start(): Promise<void> {
  const running: RunningService[] = [];
  const stop = async (): Promise<void> => {
    for (const service of running.splice(0).reverse()) await service.close();
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  try {
    const payments = await startPaymentsGateway();
    running.push(payments);
    const orders = await startShopOrders(ORDERS_PORT);
    running.push(orders);
    const supergraphSdl = await composeSupergraph([
      { name: 'payments', url: payments.url },
      { name: 'shop-orders', url: orders.url },
    ]);
    const apollo = await startApolloGateway(supergraphSdl, { port: APOLLO_PORT });
    running.push(apollo);
    const hive = await startHiveGateway(supergraphSdl, { port: HIVE_PORT });
    running.push(hive);
    print(`
@apollo/gateway  ${apollo.url}
Hive Gateway     ${hive.url}
payments         ${payments.url}
shop-orders      ${orders.url}

Pay for order-1001, then ask for both sides of it in one operation:

${CURL(hive.url)}
`);
  } catch (error) {
    await stop();
    throw error;
  }
}

const CURL = (url: string): string =>
  `curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify({
    query:
      'mutation { createPayment(input: { idempotencyKey: "pay-for-order-1001", referenceCustomerId: ' +
      '"customer-1", amount: "19.99", currency: "USD", merchantReferenceId: "order-1001", paymentInstrumentId: ' +
      '"pi_card_ok", paymentMethodType: CARD, returnUrl: "https://shop.example/return" }) { ... on ' +
      'CreatePaymentSuccess { payment { id status order { title } customer { isRegular } } } ... on PaymentError ' +
      '{ code message } } }',
  })}'`;

async function startPaymentsGateway(): Promise<RunningService> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    env: { ...process.env, PORT: String(PAYMENTS_PORT), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${PAYMENTS_PORT}`;
  await untilReady(`${url}/readyz`, child);
  return { url: `${url}/graphql`, close: () => end(child) };
}

const READY_WITHIN_MS = 30_000;
const PAUSE_MS = 100;

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    // Another gateway may have the port: then this process has ended by now.
    if (isReady && child.exitCode === null) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await end(child);
  throw new Error(`the payments gateway did not start on port ${PAYMENTS_PORT}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function print(text: string): void {
  process.stdout.write(text);
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
