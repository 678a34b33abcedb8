/** What one streaming connection may cost. */
export interface StreamLimits {
  /** Operations that one socket may have under way at a time. */
  readonly maxOperationsPerSocket: number;
  /** Operations worked on at a time, of all sockets of a person and of each socket of a service. */
  readonly maxOperationsAtWork: number;
  /** Of one message from a client. Operations that stream are short: none carries a payment's input. */
  readonly maxMessageBytes: number;
  /** What may wait in this process for a client that does not read; past it, the connection is closed. */
  readonly maxUnreadBytes: number;
  /** Sockets that still wait for the client's credentials; past them, the one that takes longest gives way. */
  readonly maxSocketsAwaited: number;
  /** From the opened socket to the client's `connection_init`. */
  readonly initTimeoutMs: number;
  /** A socket that does not answer one ping until the next is closed. */
  readonly pingIntervalMs: number;
  /** How long a full connection may stay without taking a byte. */
  readonly stalledAfterMs: number;
  /** After this time clients have to connect again, with credentials that are still good. */
  readonly maxAgeMs: number;
  /** How long a shutdown waits for clients to answer the farewell. */
  readonly farewellMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  maxOperationsPerSocket: 100,
  // With 20 reads in each operation, a person has a fifth of the reads that may wait for the database.
  maxOperationsAtWork: 5,
  maxMessageBytes: 64 * 1024,
  maxUnreadBytes: 1024 * 1024,
  maxSocketsAwaited: 512,
  // Some clients fetch a token first.
  initTimeoutMs: 5_000,
  // Common proxies close what is silent for a minute.
  pingIntervalMs: 25_000,
  stalledAfterMs: 60_000,
  maxAgeMs: 3_600_000,
  farewellMs: 1_000,
};
