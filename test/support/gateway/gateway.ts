import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../../src/app.js';
import { ClosingStack } from '../../../src/composition/closing-stack.js';
import { readConfig, type Config } from '../../../src/config/config.js';
import { createLog } from '../../../src/shared/log/log.js';
import { AUDIENCE, startIssuer, type Issuer } from '../../security/support/issuer.js';
import { CREATE_PAYMENT, ownInput, paymentInput, post, readLedger, type GraphqlAnswer } from '../graphql-client.js';
import { sharedPostgres } from '../postgres.js';
import { searchedOutput, searchForSecretsOf } from '../output-search.js';
import { copyEmbeddedDatabase } from '../templates.js';
import { startOwnDatabase, type OwnDatabase } from './own-database.js';

/**
 * `tokens`: the gateway wants tokens, of an issuer of its own.
 * `database`: the test reads the gateway's PostgreSQL database, and counts what callers read there.
 * `embedded`: its store is the embedded one, as on a laptop.
 */
export type GatewayPart = 'tokens' | 'database' | 'embedded';

interface GatewayOptions<Part extends GatewayPart = never> {
  readonly with?: readonly Part[];
  /** A PostgreSQL database that is there already. Without one the gateway gets a new one. */
  readonly databaseUrl?: string;
  /** Settings that stand above those that every test has. */
  readonly env?: Environment;
}

type Environment = Readonly<Record<string, string>>;
type Changes = Readonly<Record<string, unknown>>;

/** A whole gateway, with everything that it has logged. */
export type Gateway<Part extends GatewayPart = never> = WholeGateway &
  ('tokens' extends Part ? GatewayForTokens : GatewayForAnyone) &
  ('database' extends Part ? OwnDatabase : unknown);

interface WholeGateway {
  readonly url: string;
  /** Empty where the test brings a provider of its own. */
  readonly sandboxUrl: string;
  readonly config: Config;
  /** Every line logged so far. */
  readonly logLines: readonly string[];
  /** Sends an operation; with a token where one is given. */
  ask(query: string, options?: AskOptions): Promise<GraphqlAnswer>;
  /** How many charges there were. */
  charges(): Promise<number>;
  close(): Promise<void>;
}

interface GatewayForTokens {
  readonly issuer: Issuer;
  /** Sends createPayment for the customer of the token and gives back its result object. */
  pay(token: string, changes?: Changes): Promise<PaymentResult>;
}

interface GatewayForAnyone {
  /** Sends createPayment and gives back its result object. */
  pay(changes?: Changes): Promise<PaymentResult>;
}

type PaymentResult = NonNullable<GraphqlAnswer['body']['data']>;

interface AskOptions {
  readonly token?: string;
  readonly variables?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Starts a gateway in this process, on free ports and with files of its own.
 * It has its sandbox unless `env` names another provider.
 */
export async function startGateway<Part extends GatewayPart = never>(
  options: GatewayOptions<Part> = {},
): Promise<Gateway<Part>> {
  const opened = new ClosingStack();
  try {
    return (await openGateway(options, opened)) as Gateway<Part>;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openGateway(options: GatewayOptions<GatewayPart>, opened: ClosingStack) {
  const has = (part: GatewayPart): boolean => options.with?.includes(part) ?? false;
  const database = opened.add(has('database') ? await startOwnDatabase() : null);
  const issuer = opened.add(has('tokens') ? await startIssuer() : null);
  const databaseUrl = has('embedded') ? null : (database?.url ?? options.databaseUrl);
  const config = readConfig({
    ...TEST_SETTINGS,
    ...(await storeSettings(options.env?.DATA_DIR, databaseUrl, opened)),
    ...(issuer !== null && tokenSettings(issuer)),
    ...options.env,
  });
  searchForSecretsOf(options.env ?? {});
  const logLines: string[] = [];
  const output = searchedOutput((line) => void logLines.push(line));
  const { url, sandboxUrl: sandbox } = opened.add(await startApp(config, createLog(config.logLevel, output)));
  const sandboxUrl = sandbox ?? '';
  const whole: WholeGateway = {
    ...{ url, sandboxUrl, config, logLines },
    ask: (query, asked) => ask(url, query, asked),
    charges: async () => (await readLedger(sandboxUrl)).total,
    close: () => opened.close(),
  };
  return { ...whole, ...paying(url, issuer), ...database?.parts };
}

/** Being late says nothing about load here: the gateway shares its process with the test. */
const TEST_SETTINGS = { PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'debug', MAX_EVENT_LOOP_DELAY_MS: '60000' };

function tokenSettings({ jwksUrl, issuer }: Issuer): Environment {
  return {
    ...{ AUTH_MODE: 'jwt', AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: AUDIENCE },
    ...{ RATE_LIMIT_PER_PERSON: '0', RATE_LIMIT_PER_INSTRUMENT: '0' },
  };
}

/** A data folder that the test does not give goes with the gateway. It holds the embedded store, where `databaseUrl` is null. */
async function storeSettings(
  givenDir: string | undefined,
  databaseUrl: string | null | undefined,
  opened: ClosingStack,
): Promise<Environment> {
  const dataDir = givenDir ?? (await mkdtemp(join(tmpdir(), 'gateway-')));
  if (givenDir === undefined) opened.add({ close: () => rm(dataDir, { recursive: true, force: true }) });
  if (databaseUrl !== null)
    return { DATA_DIR: dataDir, DATABASE_URL: databaseUrl ?? (await sharedPostgres().createDatabase()) };
  await copyEmbeddedDatabase(dataDir);
  return { DATA_DIR: dataDir };
}

function ask(url: string, query: string, { token, variables = {}, headers }: AskOptions = {}): Promise<GraphqlAnswer> {
  return post(url, JSON.stringify({ query, variables }), {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  });
}

function paying(url: string, issuer: Issuer | null): GatewayForTokens | GatewayForAnyone {
  const pay = async (input: Changes, token?: string): Promise<PaymentResult> => {
    const { body, text } = await ask(url, CREATE_PAYMENT, { token, variables: { input } });
    if (body.errors !== undefined) throw new Error(`unexpected GraphQL errors: ${text}`);
    return body.data.createPayment;
  };
  if (issuer === null) return { pay: (changes?: Changes) => pay(paymentInput(changes)) };
  return { issuer, pay: (token, changes) => pay(ownInput(changes), token) };
}
