import type { SandboxContext } from '../sandbox-context.js';
import { parseFormFields } from './form-fields.js';
import { isOpen, type HostedStep, type Order } from '../orders/order.js';
import type { HttpContext } from '../http.js';

type StepVisit =
  | { readonly kind: 'open'; readonly order: Order; readonly step: HostedStep }
  | { readonly kind: 'finished'; readonly order: Order }
  | { readonly kind: 'gone' };

/** Unknown, replaced and expired tokens are gone; a finished order can still be looked at. */
export function visitStep({ book, clock }: SandboxContext, kind: HostedStep['kind'], token: string): StepVisit {
  const order = book.findByToken(token);
  if (order?.step?.kind !== kind) return { kind: 'gone' };
  if (!isOpen(order)) return { kind: 'finished', order };
  return order.step.expiresAtMs <= clock.now() ? { kind: 'gone' } : { kind: 'open', order, step: order.step };
}

export function decisionOf({ body }: HttpContext): string {
  return parseFormFields(body).get('decision') ?? '';
}
