import { newInput } from '../clients/inputs.js';
import { print } from 'graphql';
import {
  CreatePaymentDocument,
  PaymentByIdempotencyKeyDocument,
  PaymentFieldsFragmentDoc,
} from '../generated/operations.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into answers by path
type Json = any;

/** One GraphQL answer as it came over HTTP. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: {
    readonly data?: Json;
    readonly errors?: readonly { readonly message: string; readonly extensions?: Json }[];
  };
}

/** Sends one operation over real HTTP. */
export function send(url: string, query: string, variables: unknown = {}): Promise<GraphqlAnswer> {
  return post(url, JSON.stringify({ query, variables }));
}

/** Sends a body as it is. */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as GraphqlAnswer['body'] };
}

export const PAYMENT_FIELDS = print(PaymentFieldsFragmentDoc);
export const CREATE_PAYMENT = print(CreatePaymentDocument);
const FIND_BY_KEY = print(PaymentByIdempotencyKeyDocument);

/** A valid input with a key of its own; what a test is about goes into `changes`. */
export function paymentInput(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...newInput(), ...changes };
}

/** A valid input for the customer of a token: whatever gets through with it is charged. */
export function ownInput(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return paymentInput({ referenceCustomerId: undefined, ...changes });
}

/** Sends createPayment and gives back its result object. */
export async function createPayment(url: string, input: Readonly<Record<string, unknown>>): Promise<Json> {
  const { body } = await send(url, CREATE_PAYMENT, { input });
  if (body.errors !== undefined) throw new Error(`unexpected GraphQL errors: ${JSON.stringify(body.errors)}`);
  return body.data.createPayment;
}

/** The payment of a key, null where there is none. */
export async function findByKey(url: string, idempotencyKey: unknown): Promise<Json> {
  const { body } = await send(url, FIND_BY_KEY, { idempotencyKey });
  return body.data?.paymentByIdempotencyKey ?? null;
}

export interface LedgerEntry {
  readonly gatewayPaymentId: string | null;
  readonly orderId: string;
  readonly merchantReferenceId: string | null;
  /** Major units. */
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
}

/** What the sandbox really charged. */
export async function readLedger(
  sandboxUrl: string,
): Promise<{ total: number; charges: LedgerEntry[]; orders: LedgerEntry[] }> {
  const response = await fetch(`${sandboxUrl}/sandbox/ledger`);
  return (await response.json()) as { total: number; charges: LedgerEntry[]; orders: LedgerEntry[] };
}
