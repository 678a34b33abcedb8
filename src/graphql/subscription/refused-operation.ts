import { HeaderMap, type GraphQLResponse } from '@apollo/server';

/** An operation that is not run. The codes are published in docs/errors.md. */
export interface OperationRefusal {
  readonly code: string;
  /** The rule, and what to do. Never shows what was sent. */
  readonly message: string;
  /** HTTP status, where the operation came by an ordinary request. */
  readonly status: number;
}

export function refuseOperation({ code, message, status }: OperationRefusal, requestId: string): GraphQLResponse {
  return {
    http: { status, headers: new HeaderMap() },
    body: { kind: 'single', singleResult: { errors: [{ message, extensions: { code, requestId } }] } },
  };
}
