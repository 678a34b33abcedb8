/** Who is asking. */
export interface Caller {
  /** Owns idempotency keys and payments: issuer and customer claim of a person, client id of a service; never a session or token id. */
  readonly scope: string;
  /** A person's own id, the only customer that their payments may be for. Null for who may pay for any customer. */
  readonly customerReference: string | null;
  readonly may: Permissions;
  /** Until when this is proved, in milliseconds since the Unix epoch; what lasts longer has to be proved again. Absent: for ever. */
  readonly provedUntilMs?: number;
}

export interface Permissions {
  /** To look at payments and watch them. */
  readonly read: boolean;
  /** To make payments and renew QR codes. */
  readonly write: boolean;
  /** To name any customer. Services have it; a person's token must not. */
  readonly anyCustomer: boolean;
}

/** Everybody, where authentication is off (never in production). */
export const LOCAL_CALLER: Caller = {
  scope: 'local',
  customerReference: null,
  may: { read: true, write: true, anyCustomer: true },
};
