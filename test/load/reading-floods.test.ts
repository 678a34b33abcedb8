import { startPostgres, type PostgresServer } from '../support/postgres.js';
import { readLedger } from '../support/graphql-client.js';
import { connect, subscribe } from '../http/subscriptions/websocket-client.js';
import { payPatiently } from './patient-payer.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

/** As many reads as a document may hold, each a statement of its own. */
const MANY_READS = `{ ${Array.from(
  { length: 20 },
  (_none, index) => `a${index}: paymentByIdempotencyKey(idempotencyKey: "key-of-nobody-000000${index}") { id }`,
).join(' ')} }`;
/** Together more reads than the line for them takes. */
const REQUESTS = 30;
/** At a time, more than wait for the database before newcomers are turned away. */
const REFRESHES = 450;
const CUSTOMERS = 10;
const SOCKETS_OF_ONE = 3;
const OPERATIONS_PER_SOCKET = 90;

const PAYMENTS = 40;
const PAYMENTS_AT_ONCE = 4;

describe('customers who read as much as they can', () => {
  let postgres: PostgresServer;
  let gateway: Gateway<'tokens'>;
  beforeAll(async () => {
    postgres = await startPostgres();
    gateway = await startGateway({ with: ['tokens'], databaseUrl: await postgres.createDatabase() });
  });
  afterAll(async () => {
    await gateway.close();
    await postgres.dispose();
  });

  it.each([
    ['one by HTTP', () => floodByHttp(gateway, readerToken(gateway, 'mallory'))],
    [
      'one who has codes of no payment renewed',
      () => floodByRefreshing(gateway, gateway.issuer.token({ sub: 'mallory' })),
    ],
    ['one over WebSockets', () => floodOverSockets(gateway, Array(SOCKETS_OF_ONE).fill('mallory'))],
    ['many over WebSockets', () => floodOverSockets(gateway, MANY_CUSTOMERS)],
  ])('keep nobody from paying: %s', async (_who, startFlood) => {
    const before = await readLedger(gateway.sandboxUrl);
    const flood = startFlood();
    await flood.isFelt;
    const payments = await payOneByOne(gateway, gateway.issuer.token({ sub: 'bob' })).finally(flood.stop);
    const after = await readLedger(gateway.sandboxUrl);
    expect(payments.map(({ status }) => status)).toEqual(Array(PAYMENTS).fill('SUCCEEDED'));
    expect(after.total - before.total).toBe(PAYMENTS);
    expect(new Set(payments.map(({ orderId }) => orderId)).size).toBe(PAYMENTS);
  });
});

const MANY_CUSTOMERS = Array.from({ length: CUSTOMERS }, (_none, index) => `mallory-${index}`);

function readerToken({ issuer }: Gateway<'tokens'>, sub: string): string {
  return issuer.token({ sub, scope: 'payments:read' });
}

interface Flood {
  /** Resolves when the first answers have come: from then on whoever is answered asks again at once. */
  readonly isFelt: Promise<unknown>;
  /** Resolves when nothing is asked any more. */
  stop(): Promise<void>;
}

/** Answers, one after the other. */
type TakeAnswer = () => Promise<unknown>;

function floodByHttp(gateway: Gateway<'tokens'>, token: string): Flood {
  const takeAnswer = () => gateway.ask(MANY_READS, { token });
  return flood(Array.from({ length: REQUESTS }, () => () => Promise.resolve(takeAnswer)));
}

function floodByRefreshing(gateway: Gateway<'tokens'>, token: string): Flood {
  const document = `mutation { refreshWalletQr(paymentId: "pay_${'0'.repeat(32)}") { __typename } }`;
  const takeAnswer = () => gateway.ask(document, { token });
  return flood(Array.from({ length: REFRESHES }, () => () => Promise.resolve(takeAnswer)));
}

function floodOverSockets(gateway: Gateway<'tokens'>, customers: readonly string[]): Flood {
  return flood(customers.map((sub) => () => askOverSocket(gateway, readerToken(gateway, sub))));
}

async function askOverSocket(gateway: Gateway<'tokens'>, token: string): Promise<TakeAnswer> {
  const client = await connect(`${gateway.url.replace('http', 'ws')}/graphql`, { authorization: `Bearer ${token}` });
  let asked = 0;
  const ask = (): void => {
    client.send(subscribe(String((asked += 1)), MANY_READS));
  };
  for (let first = 0; first < OPERATIONS_PER_SOCKET; first += 1) ask();
  return async () => {
    const { type } = await client.next();
    if (type !== 'next') ask();
  };
}

/** Each reader takes an answer after the other until the flood is stopped. */
function flood(readers: readonly (() => Promise<TakeAnswer>)[]): Flood {
  let isOver = false;
  const begun = readers.map(async (startReader) => {
    const takeAnswer = await startReader();
    await takeAnswer();
    return takeAnswer;
  });
  const reading = begun.map(async (reader) => {
    const takeAnswer = await reader;
    while (!isOver) await takeAnswer();
  });
  return {
    isFelt: Promise.all(begun),
    stop: async () => {
      isOver = true;
      await Promise.all(reading);
    },
  };
}

interface Paid {
  readonly status: string;
  readonly orderId: string;
}

/** Each is sent once more with its key, which has to answer with the same payment. */
async function payOneByOne(gateway: Gateway<'tokens'>, token: string): Promise<Paid[]> {
  const paid: Paid[] = [];
  const payOn = async (): Promise<void> => {
    for (let count = 0; count < PAYMENTS / PAYMENTS_AT_ONCE; count += 1) {
      const idempotencyKey = `key-of-bob-${crypto.randomUUID()}`;
      const { payment } = await payPatiently(gateway, token, idempotencyKey);
      const again = await payPatiently(gateway, token, idempotencyKey);
      expect(again.payment.id).toBe(payment.id);
      paid.push(payment as Paid);
    }
  };
  await Promise.all(Array.from({ length: PAYMENTS_AT_ONCE }, payOn));
  return paid;
}
