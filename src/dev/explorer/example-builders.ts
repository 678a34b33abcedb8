import {
  indent,
  OUTCOME_SELECTION,
  PAGE_SELECTION,
  PAYMENT_SELECTION,
  RENEWED_QR_SELECTION,
} from './example-selections.js';

/**
 * An operation that works at once against the embedded sandbox. Variables may hold placeholders, filled in when a page loads:
 * `{{keyOf:Name}}` a fresh idempotency key for an example, `{{origin}}` the gateway's own origin; and when it is sent: `{{idOf:Name}}` and
 * `{{orderIdOf:Name}}`, of the payment that another example makes.
 */
export interface ExampleOperation {
  /** The operation's name, and its tab's. */
  readonly name: string;
  readonly story: ExampleStory;
  /** What to see in the answer. */
  readonly teaches: string;
  /** The example whose payment this one needs. Running that twice charges nothing more, so it may be run before each time. */
  readonly after?: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type ExampleStory =
  | 'Paid'
  | 'Redirect'
  | 'QR code'
  | 'Form post'
  | 'Decline and refusal'
  | 'Timeout: was it charged?'
  | 'Double click'
  | 'Mistakes'
  | 'Look it up';

/** An example in parts, from which documents are written. */
export interface Example extends Omit<ExampleOperation, 'query'> {
  readonly kind: 'mutation' | 'query' | 'subscription';
  /** Types of the variables, by their names. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The root field, with the variables as its arguments. */
  readonly field: string;
  /** The fields that are asked of its result. */
  readonly selection: string;
}

type Story = Pick<ExampleOperation, 'name' | 'story' | 'teaches' | 'after'>;

export interface ChargeExample extends Story {
  readonly input: Readonly<Record<string, unknown>>;
}

/** An example of createPayment. `undefined` in the input leaves out what the others have. */
export function charge({ input, ...story }: ChargeExample): Example {
  return {
    ...{ ...story, kind: 'mutation', parameters: { input: 'CreatePaymentInput!' }, selection: OUTCOME_SELECTION },
    field: 'createPayment(input: $input)',
    variables: { input: withoutUndefined({ ...usualInput(story.name), ...input }) },
  };
}

function usualInput(name: string): Record<string, unknown> {
  return {
    idempotencyKey: `{{keyOf:${name}}}`,
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

export interface PaymentExample extends Story {
  /** The field with its argument, which is `$value`. */
  readonly field: string;
  readonly value: string;
}

/** An example of a query for one payment. */
export function lookUp(example: PaymentExample): Example {
  return ofOnePayment(example, { kind: 'query', selection: PAYMENT_SELECTION });
}

/** An example that tells of a payment until it comes to its end. */
export function watch(example: PaymentExample): Example {
  return ofOnePayment(example, { kind: 'subscription', selection: PAYMENT_SELECTION });
}

/** An example that has a payment's QR code renewed. */
export function renewQr(example: PaymentExample): Example {
  return ofOnePayment(example, { kind: 'mutation', selection: RENEWED_QR_SELECTION });
}

function ofOnePayment({ value, ...story }: PaymentExample, operation: Pick<Example, 'kind' | 'selection'>): Example {
  return { ...story, ...operation, parameters: { value: 'ID!' }, variables: { value } };
}

/** An example of a list of payments. */
export function list(story: Story): Example {
  return {
    ...{ ...story, kind: 'query', selection: PAGE_SELECTION },
    parameters: { first: 'Int', after: 'String' },
    field: 'payments(first: $first, after: $after)',
    variables: { first: 5, after: null },
  };
}

/** The example in a document of its own. */
export function toOperation(example: Example): ExampleOperation {
  const { name, story, teaches, after, variables } = example;
  return {
    name,
    story,
    teaches,
    ...(after !== undefined && { after }),
    query: `${writeExample(example)}\n`,
    variables,
  };
}

/** The example's operation, below what it teaches. */
export function writeExample({ kind, name, teaches, after, parameters, field, selection }: Example): string {
  const signature = Object.entries(parameters).map(([variable, type]) => `$${variable}: ${type}`);
  return `${comment(after === undefined ? teaches : `Follows ${after}. ${teaches}`)}
${kind} ${name}(${signature.join(', ')}) {
  ${field} {
${indent(selection, 4)}
  }
}`;
}

/** Lines short enough for half a screen. */
function comment(text: string): string {
  return text.replace(/(?<line>.{1,60})(?:\s+|$)/g, '# $<line>\n').trimEnd();
}
