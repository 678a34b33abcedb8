import { Client } from 'pg';
import pino from 'pino';
import { startSandbox, type Sandbox } from '../../src/dev/sandbox/sandbox.js';
import { systemClock } from '../../src/shared/clock.js';
import { CREATE_PAYMENT, paymentInput, readLedger, send, type GraphqlAnswer } from '../support/graphql-client.js';
import { startPostgres, type PostgresServer } from '../support/postgres.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';

/** Many times what the connections to the database carry at a time. */
const PAYMENTS_AT_ONCE = 500;
const API_KEY = 'sk_test_overload_suite';
const NOT_CHARGED = ['OVERLOADED', 'STORE_UNAVAILABLE', 'PROVIDER_UNAVAILABLE'];

type Input = ReturnType<typeof paymentInput>;

describe('a gateway that gets far more payments at once than its database carries', () => {
  let postgres: PostgresServer;
  let sandbox: Sandbox;
  let gateway: GatewayProcess;
  let databaseUrl: string;
  let url: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    databaseUrl = await postgres.createDatabase();
    sandbox = await startSandbox({
      ...{ host: '127.0.0.1', port: 0, apiKey: API_KEY, webhook: null, clock: systemClock },
      log: pino({ level: 'silent' }),
    });
    const provider = { CLINK_API_KEY: API_KEY, CLINK_BASE_URL: sandbox.apiBaseUrl };
    gateway = await new GatewayProcess({
      env: {
        ...{ ...provider, CLINK_WEBHOOK_SECRETS: 'whsec_overload_suite', DATABASE_URL: databaseUrl },
        // Being late is part of an overload.
        MAX_EVENT_LOOP_DELAY_MS: undefined,
      },
    }).start();
    url = gateway.url;
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
    await postgres.dispose();
  });

  it('charges or turns away, knows every outcome, and charges those turned away when they come again', async () => {
    const inputs = Array.from({ length: PAYMENTS_AT_ONCE }, () => paymentInput());
    // However fast or slow the machine is, the database falls behind: it is held up until somebody is turned away.
    const hold = await holdPayments(databaseUrl);
    const paymentIds: string[] = [];
    const rounds: number[] = [];
    let waiting = inputs;
    while (waiting.length > 0) {
      rounds.push(waiting.length);
      const results = await payAllAtOnce(url, waiting, ({ said }) => {
        if (NOT_CHARGED.includes(said)) hold.release();
      });
      const turnedAway = results.filter(({ said }) => NOT_CHARGED.includes(said));
      const paid = results.filter(({ said }) => said === 'SUCCEEDED');
      expect(results.length - turnedAway.length - paid.length).toBe(0);
      paymentIds.push(...paid.map(({ paymentId }) => paymentId));
      waiting = turnedAway.map(({ input }) => input);
    }

    await hold.released;
    const { charges, orders } = await readLedger(sandbox.url);
    expect(rounds.length).toBeGreaterThan(1);
    expect(orders).toHaveLength(PAYMENTS_AT_ONCE);
    expect(charges.map(({ gatewayPaymentId }) => gatewayPaymentId).sort()).toEqual(paymentIds.sort());
    expect([...gateway.alarms]).toEqual([]);
  });

  it('answers health checks meanwhile', async () => {
    const paying = payAllAtOnce(
      url,
      Array.from({ length: PAYMENTS_AT_ONCE / 2 }, () => paymentInput()),
    );
    const statuses = new Set<number>();
    let isPaying = true;
    void paying.finally(() => (isPaying = false));
    while (isPaying) {
      for (const path of ['/livez', '/readyz']) statuses.add((await fetch(`${url}${path}`)).status);
    }
    const said = new Set((await paying).map((result) => result.said));
    expect([...statuses]).toEqual([200]);
    expect([...said].filter((word) => word !== 'SUCCEEDED' && !NOT_CHARGED.includes(word))).toEqual([]);
    expect([...gateway.alarms]).toEqual([]);
  });
});

interface Result {
  readonly input: Input;
  /** The payment's status, or the code of the error: of the result, or of the refusal to look at it. */
  readonly said: string;
  readonly paymentId: string;
}

function payAllAtOnce(
  url: string,
  inputs: readonly Input[],
  onResult: (result: Result) => void = () => undefined,
): Promise<Result[]> {
  return Promise.all(
    inputs.map(async (input) => {
      const { body } = await send(url, CREATE_PAYMENT, { input });
      const result = { input, ...readAnswer(body) };
      onResult(result);
      return result;
    }),
  );
}

/** Lets nobody write a payment down until it is released. */
async function holdPayments(databaseUrl: string): Promise<{ release(): void; readonly released: Promise<unknown> }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE payments IN EXCLUSIVE MODE');
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve)).then(() => client.end());
  return { release, released };
}

function readAnswer({ data, errors }: GraphqlAnswer['body']): Omit<Result, 'input'> {
  if (errors !== undefined) return { said: errors[0]?.extensions.code as string, paymentId: '' };
  const { __typename, code, payment } = data.createPayment;
  const isPaid = __typename === 'CreatePaymentSuccess';
  return {
    said: (isPaid ? payment.status : (code ?? __typename)) as string,
    paymentId: isPaid ? (payment.id as string) : '',
  };
}
