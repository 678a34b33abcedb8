import { CREATE_PAYMENT_SELECTION, PAYMENT_SELECTION } from './example-selections.js';

/**
 * An operation that works at once against the embedded sandbox. Variables may hold placeholders, filled in when the page loads:
 * `{{key}}` a fresh idempotency key, `{{keyOf:Name}}` the key of another example, `{{origin}}` the gateway's own origin.
 */
export interface ExampleOperation {
  /** The operation's name, and its tab's. */
  readonly name: string;
  readonly story: ExampleStory;
  /** What to see in the answer. */
  readonly teaches: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type ExampleStory =
  'Paid or declined' | 'The payer has to act' | 'Refused' | 'Was it charged?' | 'Mistakes' | 'Look it up';

export interface ChargeExample extends Omit<ExampleOperation, 'query' | 'variables'> {
  readonly input: Readonly<Record<string, unknown>>;
}

/** An example of createPayment. `undefined` in the input leaves out what the others have. */
export function charge({ input, ...example }: ChargeExample): ExampleOperation {
  const query = `${comment(example.teaches)}
mutation ${example.name}($input: CreatePaymentInput!) {
  createPayment(input: $input) {${CREATE_PAYMENT_SELECTION}
  }
}
`;
  return { ...example, query, variables: { input: withoutUndefined({ ...usualInput(), ...input }) } };
}

function usualInput(): Record<string, unknown> {
  return {
    idempotencyKey: '{{key}}',
    referenceCustomerId: 'shopper_1',
    amount: '19.99',
    currency: 'USD',
    paymentMethodType: 'CARD',
    returnUrl: '{{origin}}/demo/return',
  };
}

function withoutUndefined(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

export interface LookUpExample extends Pick<ExampleOperation, 'name' | 'teaches'> {
  /** The field with its argument, which is `$value`. */
  readonly field: string;
  readonly value: string;
}

/** An example of a query for one payment. */
export function lookUp({ name, teaches, field, value }: LookUpExample): ExampleOperation {
  const query = `${comment(teaches)}
query ${name}($value: ID!) {
  ${field} {${PAYMENT_SELECTION}
  }
}
`;
  return { name, story: 'Look it up', teaches, query, variables: { value } };
}

/** Lines short enough for half a screen. */
function comment(text: string): string {
  return text.replace(/(?<line>.{1,60})(?:\s+|$)/g, '# $<line>\n').trimEnd();
}
