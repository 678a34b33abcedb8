import type { Caller } from './caller.js';

/** A number of something that each caller may have. Null: any. */
export interface PerCaller {
  readonly perPerson: number | null;
  /** A service acts for all its customers. */
  readonly perService: number | null;
}

export function mostFor({ may }: Caller, { perPerson, perService }: PerCaller): number | null {
  return may.anyCustomer ? perService : perPerson;
}
