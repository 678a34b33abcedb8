import { HeaderMap, type GraphQLResponse } from '@apollo/server';

export interface OperationRefusal {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export function refuseOperation({ code, message, status }: OperationRefusal, requestId: string): GraphQLResponse {
  return {
    http: { status, headers: new HeaderMap() },
    body: { kind: 'single', singleResult: { errors: [{ message, extensions: { code, requestId } }] } },
  };
}
