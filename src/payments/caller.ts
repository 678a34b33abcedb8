/** Who is asking. */
export interface Caller {
  /** Owns idempotency keys and payments: issuer and customer claim of a person, client id of a service; never a session or token id. */
  readonly scope: string;
}

/** Everybody, where authentication is off (never in production). */
export const LOCAL_CALLER: Caller = { scope: 'local' };
