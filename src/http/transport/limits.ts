export interface HttpLimits {
  readonly maxBodyBytes: number;
  /** Bodies that may be on their way at a time; past them, the one that takes longest gives way. */
  readonly maxBodiesAwaited: number;
  /** The same for webhooks: until its body is there, nothing shows that one is the provider's. */
  readonly maxWebhookBodiesAwaited: number;
  readonly bodyTimeoutMs: number;
  readonly webhookBodyTimeoutMs: number;
  readonly maxConnections: number;
  readonly maxHeaderBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How long a connection with a request under way may neither take nor send a byte. */
  readonly stalledAfterMs: number;
  readonly timeoutCheckIntervalMs: number;
  readonly readyTimeoutMs: number;
}

export const HTTP_LIMITS: Omit<HttpLimits, 'maxConnections'> = {
  // The largest valid createPayment (100 lines, 19 metadata entries, all at full length) stays well under it.
  maxBodyBytes: 256 * 1024,
  // With the bytes above, 128 MiB and 16 MiB in the worst case. Bodies that come with their headers are in neither.
  maxBodiesAwaited: 512,
  maxWebhookBodiesAwaited: 64,
  bodyTimeoutMs: 10_000,
  webhookBodyTimeoutMs: 5_000,
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 20_000,
  // Common proxies keep their side open for 60 s; a shorter time would meet payments in a closing connection.
  keepAliveTimeoutMs: 75_000,
  // Longer than any operation waits (IN_FLIGHT_WAIT_MS and CLINK_TIMEOUT_MS at their most).
  stalledAfterMs: 120_000,
  timeoutCheckIntervalMs: 2_000,
  readyTimeoutMs: 2_000,
};
