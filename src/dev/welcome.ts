import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.js';
import { getOperationId, readOperationManifest } from '../graphql/persisted/operation-manifest.js';

interface Addresses {
  readonly url: string;
  readonly sandboxUrl: string | null;
}

/** The text that a start on this machine shows: addresses, and shell lines that make a payment. No secrets. */
export function welcome({ url, sandboxUrl }: Addresses, config: Config): string {
  const listedOnly = config.operations.persisted === 'only';
  const places = [
    ...(listedOnly ? [['Places', `${url}/`] as const] : explorerPlaces(url)),
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

interface Proof {
  readonly hint: string;
  readonly lines: readonly string[];
  readonly headers: readonly string[];
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
    hint: '',
    headers,
    customer: CUSTOMER,
    lines: [`TOKEN=$(DATA_DIR=${quoted(store.dataDir)} ${token})`],
  };
}

function curlLine(url: string, { headers }: Proof, operation: object): string {
  const proof = headers.map((header) => ` -H "${header}"`).join('');
  const body = `-H 'content-type: application/json' -d '${JSON.stringify(operation)}'`;
  return `curl -s ${quoted(`${url}/graphql`)}${proof} ${body}`;
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
    '__typename ... on CreatePaymentSuccess { replayed payment { id status amount { amount currency } } } ' +
    '... on PaymentError { code message retry }';
  return { query: `mutation { createPayment(input: { ${input} }) { ${selection} } }` };
}

/**
 * With listed operations only, the operation is named by its id; as there is no demo, the payer
 * returns to the home page.
 */
function listedOperation(url: string, { customer }: Proof): object {
  const input = {
    idempotencyKey: `try-${randomUUID()}`,
    ...(customer !== null && { referenceCustomerId: customer }),
    amount: '19.99',
    currency: 'USD',
    paymentInstrumentId: 'pi_card_ok',
    paymentMethodType: 'CARD',
    returnUrl: `${url}/`,
  };
  const sha256Hash = getOperationId(readOperationManifest(), 'CreatePayment');
  return { extensions: { persistedQuery: { version: 1, sha256Hash } }, variables: { input } };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
