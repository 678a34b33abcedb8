export interface StreamLimits {
  readonly maxOperationsPerSocket: number;
  /** Operations worked on at a time, of all sockets of a person and of each socket of a service. */
  readonly maxOperationsAtWork: number;
  readonly maxMessageBytes: number;
  readonly maxUnreadBytes: number;
  /** Sockets that still wait for the client's credentials; past them, the one that takes longest gives way. */
  readonly maxSocketsAwaited: number;
  readonly initTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly stalledAfterMs: number;
  readonly maxAgeMs: number;
  readonly farewellMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  maxOperationsPerSocket: 100,
  // With 20 reads in each operation, a person has a fifth of the reads that may wait for the database.
  maxOperationsAtWork: 5,
  maxMessageBytes: 64 * 1024,
  maxUnreadBytes: 1024 * 1024,
  maxSocketsAwaited: 512,
  initTimeoutMs: 5_000,
  // Common proxies close what is silent for a minute.
  pingIntervalMs: 25_000,
  stalledAfterMs: 60_000,
  maxAgeMs: 3_600_000,
  farewellMs: 1_000,
};
