import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.js';
import { getOperationId, readOperationManifest } from '../graphql/persisted/operation-manifest.js';

interface Addresses {
  readonly url: string;
  /** Null where a real Clink is configured. */
  readonly sandboxUrl: string | null;
}

/** What somebody who starts a gateway on their machine is shown: where everything is, and lines for a shell that make a payment. No secrets. */
export function welcome({ url, sandboxUrl }: Addresses, config: Config): string {
  const listedOnly = config.operations.persisted === 'only';
  const places = [
    ...(listedOnly ? [['ConcurrencyLimiter', `${url}/`] as const] : explorerPlaces(url)),
    ...(sandboxUrl === null ? [] : [['Clink sandbox', sandboxUrl] as const]),
  ];
  const lines = places.map(([name, place]) => `  ${name.padEnd(36)}${place}`);
  const proof = proofFor(config);
  const how = `Make a payment${proof.hint} (the same line again answers with the same payment):`;
  const operation = listedOnly ? listedOperation(url, proof) : writtenOperation(url, proof);
  const shell = [...proof.lines, curlLine(url, proof, operation)].join('\n');
  return `\nThe gateway is ready.\n${lines.join('\n')}\n\n${how}\n\n${shell}\n\n`;
}

function explorerPlaces(url: string) {
  return [
    ['Explorer (Apollo Sandbox)', `${url}/graphql`],
    ['Explorer (GraphiQL, works offline)', `${url}/graphiql`],
    ['Demo checkout', `${url}/demo`],
  ] as const;
}

/** How the caller of the example proves who they are. */
interface Proof {
  readonly hint: string;
  /** Run before the call. */
  readonly lines: readonly string[];
  readonly headers: readonly string[];
  /** Whom the payment names; null where only the token can say. */
  readonly customer: string | null;
}

const CUSTOMER = 'customer-1';

function proofFor({ auth, store }: Config): Proof {
  const router = auth.routerSecrets === null ? [] : ['x-router-secret: $ROUTER_SECRET'];
  if (auth.tokens === null) return { hint: '', lines: [], headers: router, customer: CUSTOMER };
  const headers = ['authorization: Bearer $TOKEN', ...router];
  if (auth.tokens.jwksUrl !== null)
    return { hint: " with a customer's access token in TOKEN", lines: [], headers, customer: null };
  const token = `npm run --silent token -- --customer ${CUSTOMER}`;
  return {
    ...{ hint: '', headers, customer: CUSTOMER },
    lines: [`TOKEN=$(DATA_DIR=${quoted(store.dataDir)} ${token})`],
  };
}

function curlLine(url: string, { headers }: Proof, operation: object): string {
  const proof = headers.map((header) => ` -H "${header}"`).join('');
  return `curl -s ${quoted(`${url}/graphql`)}${proof} -H 'content-type: application/json' -d '${JSON.stringify(operation)}'`;
}

function writtenOperation(url: string, { customer }: Proof): object {
  const input = [
    `idempotencyKey: "try-${randomUUID()}"`,
    ...(customer === null ? [] : [`referenceCustomerId: "${customer}"`]),
    'amount: "19.99", currency: "USD"',
    'paymentInstrumentId: "pi_card_ok", paymentMethodType: CARD',
    `returnUrl: "${url}/demo/return"`,
  ].join(', ');
  const selection =
    '__typename ... on CreatePaymentSuccess { replayed payment { id status amount { amount currency } } } ... on PaymentError { code message retry }';
  return { query: `mutation { createPayment(input: { ${input} }) { ${selection} } }` };
}

/** Where no other text is taken, the operation is named by its id; the payer comes back to the list of places, as there is no demo. */
function listedOperation(url: string, { customer }: Proof): object {
  const input = {
    idempotencyKey: `try-${randomUUID()}`,
    ...(customer !== null && { referenceCustomerId: customer }),
    ...{ amount: '19.99', currency: 'USD', paymentInstrumentId: 'pi_card_ok', paymentMethodType: 'CARD' },
    returnUrl: `${url}/`,
  };
  const sha256Hash = getOperationId(readOperationManifest(), 'CreatePayment');
  return { extensions: { persistedQuery: { version: 1, sha256Hash } }, variables: { input } };
}

/** As one word of a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
