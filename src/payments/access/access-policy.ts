import { presentText } from '../../shared/text.js';
import type { Caller, Permissions } from './caller.js';
import type { Payment } from '../model/payment.js';

export type Permission = Exclude<keyof Permissions, 'anyCustomer'>;

const PERMISSIONS: Readonly<Record<Permission, true>> = { read: true, write: true };

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(PERMISSIONS, name);
}

export function isAllowed({ may }: Caller, permission: Permission): boolean {
  return may[permission];
}

/**
 * The scope that made a payment. The store is asked for this scope only: reading another's payment
 * and throwing it away takes longer than finding none, and shows that there is one.
 */
export function readableScope({ scope }: Caller): string {
  return scope;
}

export function isOwn({ scope }: Pick<Payment, 'scope'>, caller: Caller): boolean {
  return scope === readableScope(caller);
}

/** A second check of what the store has found, should a statement forget the scope some day. */
export function ownOrNull(payment: Payment | null | undefined, caller: Caller): Payment | null {
  return payment && isOwn(payment, caller) ? payment : null;
}

export interface NamedCustomer {
  readonly customerId?: string | null;
  readonly customerEmail?: string | null;
  readonly referenceCustomerId?: string | null;
}
type CustomerField = keyof NamedCustomer;

interface CustomerCheck {
  readonly referenceCustomerId: string | null | undefined;
  readonly notAllowed: readonly CustomerField[];
}

/**
 * A person pays as the customer of their token. The provider's id and the e-mail are refused even
 * when right: the gateway can't tell, and the provider links customers by them.
 */
export function classifyCustomer(named: NamedCustomer, { customerReference, may }: Caller): CustomerCheck {
  if (may.anyCustomer) return { referenceCustomerId: named.referenceCustomerId, notAllowed: [] };
  const chosen = (['customerId', 'customerEmail'] as const).filter((field) => presentText(named[field]) !== null);
  const { referenceCustomerId } = named;
  const isOther = presentText(referenceCustomerId) !== null && referenceCustomerId !== customerReference;
  return {
    referenceCustomerId: isOther ? referenceCustomerId : customerReference,
    notAllowed: isOther ? [...chosen, 'referenceCustomerId'] : chosen,
  };
}
