export interface RouterOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  /**
   * The headers of the router's requests to a subgraph, named as in the graph; `authorization` is what the client sent. Absent: the router's default,
   * which is to pass none of a client's headers on.
   */
  headersTo?(subgraph: string, authorization: string | undefined): Record<string, string>;
}

/** The caller's token for everybody, and for the payments gateway the secret by which it knows the router. */
export function forPayments(routerSecret: string): NonNullable<RouterOptions['headersTo']> {
  return (subgraph, authorization) => ({
    ...(authorization !== undefined && { authorization }),
    ...(subgraph === 'payments' && { 'x-router-secret': routerSecret }),
  });
}
