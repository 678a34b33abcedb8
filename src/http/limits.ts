/** What a client may cost before it has proved to be one. */
export interface HttpLimits {
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. How long the answer takes is not in it. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often the timeouts are looked at. */
  readonly timeoutCheckIntervalMs: number;
  readonly readyTimeoutMs: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  // The largest valid createPayment (100 lines, 19 metadata entries, all at full length) stays well under it.
  maxBodyBytes: 256 * 1024,
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  // Longer than common proxies keep their side open (60 s): else they send a payment into a connection that is just being closed.
  keepAliveTimeoutMs: 75_000,
  timeoutCheckIntervalMs: 2_000,
  readyTimeoutMs: 2_000,
};
