export interface RouterOptions {
  /** 0 or absent: a free port. */
  readonly port?: number;
  /**
   * The headers of requests to a subgraph; `authorization` is the client's. Absent: none, as the
   * router's default is.
   */
  headersTo?(subgraph: string, authorization: string | undefined): Record<string, string>;
}

/** The caller's token for every subgraph, and the router's secret for the payments gateway. */
export function forPayments(routerSecret: string): NonNullable<RouterOptions['headersTo']> {
  return (subgraph, authorization) => ({
    ...(authorization !== undefined && { authorization }),
    ...(subgraph === 'payments' && { 'x-router-secret': routerSecret }),
  });
}
