import { send } from '../support/graphql-client.js';

/** One call of createPayment and what came of it. */
export interface Call {
  /** Null where the client was told nothing. */
  readonly answer: Answer | null;
  /** The gateway may have taken it up: only a connection that was refused rules that out. */
  readonly mayHaveArrived: boolean;
  /** Sent with another input under the same key. */
  readonly isReuse?: true;
}

export interface Answer {
  /** The member of the result's union; `TurnedAway` where the gateway did not look at the call; `untyped` for anything else. */
  readonly type: string;
  readonly code: string | null;
  readonly paymentId: string | null;
  readonly status: string | null;
  readonly step: HostedStep | null;
  /** An untyped answer as it came. */
  readonly text: string | null;
}

/** What the payer has to do. */
export interface HostedStep {
  readonly __typename: 'Redirect' | 'WalletQr' | 'FormPost';
  readonly redirectUrl?: string;
  readonly fallbackUrl?: string | null;
  readonly formUrl?: string;
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

const CREATE_PAYMENT = /* GraphQL */ `
  mutation ($input: CreatePaymentInput!) {
    createPayment(input: $input) {
      __typename
      ... on CreatePaymentSuccess {
        payment {
          id
          status
          action {
            __typename
            ... on Redirect {
              redirectUrl: url
            }
            ... on WalletQr {
              fallbackUrl
            }
            ... on FormPost {
              formUrl: url
              fields {
                name
                value
              }
            }
          }
        }
      }
      ... on PaymentError {
        code
      }
      ... on IdempotencyConflict {
        conflicting: payment {
          id
          status
        }
      }
      ... on PaymentRejected {
        rejected: payment {
          id
          status
        }
      }
      ... on PaymentOutcomeUnknown {
        payment {
          id
          status
        }
      }
    }
  }
`;

/** Longer than a gateway takes for waiting, sending and storing; whoever hears nothing until then asks elsewhere. */
const PATIENCE_MS = 8_000;

/** Calls once and never throws. With `leavesAfterMs` the client hangs up then. */
export async function callCreatePayment(
  url: string,
  input: Readonly<Record<string, unknown>>,
  leavesAfterMs: number | null,
): Promise<Call> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: CREATE_PAYMENT, variables: { input } }),
      signal: AbortSignal.timeout(leavesAfterMs ?? PATIENCE_MS),
    });
    return { answer: toAnswer(await response.text()), mayHaveArrived: true };
  } catch (error) {
    return { answer: null, mayHaveArrived: !isRefused(error) };
  }
}

/** What somebody sees who looks again later. */
export interface Look {
  readonly status: string;
  readonly hasAction: boolean;
}

const LOOK = 'query ($key: ID!) { paymentByIdempotencyKey(idempotencyKey: $key) { status action { __typename } } }';

/** Null where nothing was to be seen: the gateway was away, or had too much to do. */
export async function lookAgain(url: string, key: string): Promise<Look | null> {
  try {
    const { body } = await send(url, LOOK, { key });
    const payment = body.data?.paymentByIdempotencyKey as { status: string; action: object | null } | null | undefined;
    return payment == null ? null : { status: payment.status, hasAction: payment.action !== null };
  } catch {
    return null;
  }
}

interface Result {
  readonly __typename: string;
  readonly code?: string;
  readonly payment?: TellingPayment;
  readonly rejected?: TellingPayment;
  readonly conflicting?: TellingPayment;
}

interface TellingPayment {
  readonly id: string;
  readonly status: string;
  readonly action?: HostedStep | null;
}

function toAnswer(text: string): Answer {
  const result = parseResult(text);
  if (result === null) return isTurnedAway(text) ? TURNED_AWAY : untyped(text);
  const payment = result.payment ?? result.rejected ?? result.conflicting;
  return {
    type: result.__typename,
    code: result.code ?? null,
    paymentId: payment?.id ?? null,
    status: payment?.status ?? null,
    step: payment?.action ?? null,
    text: null,
  };
}

const TURNED_AWAY: Answer = {
  ...{ type: 'TurnedAway', code: null, paymentId: null, status: null, step: null, text: null },
};

/** It had too much to do; or it was stopped for so long that the time for a request to come in was over when it looked again. */
function isTurnedAway(text: string): boolean {
  return (
    /^\{"errors":\[\{[^{}]*"extensions":\{"code":"OVERLOADED"/.test(text) ||
    text.startsWith('{"errors":[{"message":"The request did not arrive in time. Nothing was executed."')
  );
}

/** Whether an answer says that its call charged nothing and that the key may be sent again. */
export function isToldToComeAgain({ type }: Answer): boolean {
  return type === 'ProviderUnavailable' || type === 'TurnedAway';
}

function parseResult(text: string): Result | null {
  try {
    const body = JSON.parse(text) as { data?: { createPayment?: Result } | null; errors?: unknown };
    return body.errors === undefined ? (body.data?.createPayment ?? null) : null;
  } catch {
    return null;
  }
}

function untyped(text: string): Answer {
  return { type: 'untyped', code: null, paymentId: null, status: null, step: null, text: text.slice(0, 300) };
}

function isRefused(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return cause?.code === 'ECONNREFUSED';
}
