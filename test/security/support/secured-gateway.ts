import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../../src/app.js';
import { readConfig } from '../../../src/config/config.js';
import { createLog } from '../../../src/shared/log/log.js';
import { CREATE_PAYMENT, paymentInput, readLedger, type GraphqlAnswer } from '../../support/graphql-client.js';
import { outputSearch, searchedOutput } from '../../support/output-search.js';
import { AUDIENCE, startIssuer, type Issuer } from './issuer.js';
import { copyEmbeddedDatabase } from '../../support/templates.js';

/** A whole gateway that wants tokens, its issuer, its sandbox, and everything it has logged and answered. */
export interface SecuredGateway {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly issuer: Issuer;
  readonly logged: () => string;
  /** Sends an operation; with a token where one is given. */
  ask(query: string, options?: AskOptions): Promise<GraphqlAnswer>;
  /** Sends createPayment and gives back its result object. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
  pay(token: string, changes?: Readonly<Record<string, unknown>>): Promise<any>;
  /** How many charges there were. */
  charges(): Promise<number>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly token?: string;
  readonly variables?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startSecuredGateway(env: Readonly<Record<string, string>> = {}): Promise<SecuredGateway> {
  const issuer = await startIssuer();
  const dataDir = await mkdtemp(join(tmpdir(), 'secured-'));
  if (env.DATABASE_URL === undefined) await copyEmbeddedDatabase(dataDir);
  const lines: string[] = [];
  const config = readConfig({
    ...{ PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'debug', DATA_DIR: dataDir },
    ...{ AUTH_MODE: 'jwt', AUTH_JWKS_URL: issuer.jwksUrl, AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: AUDIENCE },
    ...{ RATE_LIMIT_PER_PERSON: '0', RATE_LIMIT_PER_INSTRUMENT: '0', MAX_EVENT_LOOP_DELAY_MS: '60000' },
    ...env,
  });
  for (const [name, secret] of Object.entries(env)) {
    if (/(?:SECRETS?|KEY)$/.test(name)) outputSearch.searchFor(name, secret);
  }
  const app = await startApp(
    config,
    createLog(
      config.logLevel,
      searchedOutput((line) => lines.push(line)),
    ),
  );
  const { url } = app;
  const sandboxUrl = app.sandboxUrl ?? '';
  const ask = (query: string, { token, variables = {}, headers }: AskOptions = {}) =>
    post(url, JSON.stringify({ query, variables }), {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    });
  return {
    ...{ url, sandboxUrl, issuer, ask },
    logged: () => lines.join(''),
    pay: async (token, changes) => {
      const { body, text } = await ask(CREATE_PAYMENT, { token, variables: { input: ownInput(changes) } });
      if (body.errors !== undefined) throw new Error(`unexpected GraphQL errors: ${text}`);
      return body.data.createPayment;
    },
    charges: async () => (await readLedger(sandboxUrl)).total,
    close: async () => {
      await app.close();
      await issuer.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A valid input for the customer of the token: whatever gets through with it is charged. */
export function ownInput(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return paymentInput({ referenceCustomerId: undefined, ...changes });
}

/**
 * Sends createPayment again with the same key for as long as the store turns it away, as it does on a machine that is slow for everybody.
 * A flood that keeps payments out keeps them out however often they are sent, and the test does not end.
 */
export async function payPatiently(
  gateway: Pick<SecuredGateway, 'pay'>,
  token: string,
  idempotencyKey = `key-of-a-payer-${crypto.randomUUID()}`,
): ReturnType<SecuredGateway['pay']> {
  for (;;) {
    const answer = await gateway.pay(token, { idempotencyKey });
    if (answer.code !== 'STORE_UNAVAILABLE') return answer;
    expect(answer.retry).toBe('RETRY_SAME_KEY');
  }
}

/** Sends a body as it is. */
export async function post(url: string, body: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return {
    ...{ status: response.status, headers: response.headers, text },
    body: JSON.parse(text) as GraphqlAnswer['body'],
  };
}
