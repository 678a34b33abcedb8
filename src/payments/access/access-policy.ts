import type { Caller, Permissions } from './caller.js';
import type { Payment } from '../model/payment.js';

/** What an operation asks of its caller. `anyCustomer` widens whom a payment may be for; no operation asks for it. */
export type Permission = Exclude<keyof Permissions, 'anyCustomer'>;

export function isAllowed({ may }: Caller, permission: Permission): boolean {
  return may[permission];
}

/**
 * Payments belong to the scope that made them, whomever the caller may pay for. Whoever is refused one must not learn that it exists: the store
 * is asked for payments of this scope only, as reading another's and throwing it away takes longer than finding none.
 */
export function readableScope({ scope }: Caller): string {
  return scope;
}

export function isOwn({ scope }: Pick<Payment, 'scope'>, caller: Caller): boolean {
  return scope === readableScope(caller);
}

/** What the store has found, once more by the policy: a statement that forgot the scope some day would answer nothing instead of another's payment. */
export function ownOrNull(payment: Payment | null | undefined, caller: Caller): Payment | null {
  return payment && isOwn(payment, caller) ? payment : null;
}

/** The customer as a caller named it. Blank text counts as nothing, as everywhere in the input. */
export interface NamedCustomer {
  readonly customerId?: string | null;
  readonly customerEmail?: string | null;
  readonly referenceCustomerId?: string | null;
}
export type CustomerField = keyof NamedCustomer;

export interface CustomerLookupResult {
  /** Whom the payment is for: the caller where that is a person, else as it was named. */
  readonly referenceCustomerId: string | null | undefined;
  /** Fields that name somebody whom the caller may not pay for. */
  readonly notAllowed: readonly CustomerField[];
}

/**
 * A person pays as the customer of their token and as nobody else. The provider's own id and the e-mail address are refused even when they
 * are right: the gateway can't tell, and the provider makes or links customers by them.
 */
export function classifyCustomer(named: NamedCustomer, { customerReference, may }: Caller): CustomerLookupResult {
  if (may.anyCustomer) return { referenceCustomerId: named.referenceCustomerId, notAllowed: [] };
  const chosen = (['customerId', 'customerEmail'] as const).filter((field) => isGiven(named[field]));
  const { referenceCustomerId } = named;
  const isOther = isGiven(referenceCustomerId) && referenceCustomerId !== customerReference;
  return {
    referenceCustomerId: isOther ? referenceCustomerId : customerReference,
    notAllowed: isOther ? [...chosen, 'referenceCustomerId'] : chosen,
  };
}

function isGiven(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && text.trim() !== '';
}
