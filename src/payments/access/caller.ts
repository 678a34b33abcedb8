export interface Caller {
  /** Owns keys and payments: issuer and customer claim of a person, client id of a service; never a session's id. */
  readonly scope: string;
  /** The only customer that a person's payments may be for. Null where the caller may pay for any. */
  readonly customerReference: string | null;
  readonly may: Permissions;
  readonly provedUntilMs?: number;
}

export interface Permissions {
  readonly read: boolean;
  readonly write: boolean;
  readonly anyCustomer: boolean;
}

export const LOCAL_CALLER: Caller = {
  scope: 'local',
  customerReference: null,
  may: { read: true, write: true, anyCustomer: true },
};
