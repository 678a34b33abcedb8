import { flagWith } from '../flags/flag.fragment.js';
import { mergeOf } from '../record-outcome/merge.fragment.js';
import { toUpdateValues, UPDATE_PARAMS } from '../record-outcome/update.params.js';
import type { WaitingEvent } from './webhook-inbox.row.js';

export const MATCH_PARAMS = {
  ...UPDATE_PARAMS,
  inbox_id: 'text',
  match_order_id: 'text',
  match_payment_id: 'text',
  match_reference: 'text',
  asks_lookup: 'boolean',
} as const;

export function toMatchValues({ id, update, asksLookup, match }: WaitingEvent) {
  return {
    ...toUpdateValues(update),
    inbox_id: id,
    match_order_id: match.orderId,
    match_payment_id: match.gatewayPaymentId,
    match_reference: match.merchantReferenceId,
    asks_lookup: asksLookup,
  };
}

interface OrderNames {
  readonly orderId: string;
  readonly gatewayPaymentId: string;
  readonly merchantReferenceId: string;
}

/**
 * By order id, by the payment id in the metadata, or by a reference of the gateway's unless the
 * metadata name another payment: a caller may use a payment's id as a reference of their own.
 */
function isPaymentOf({ orderId, gatewayPaymentId, merchantReferenceId }: OrderNames): string {
  return `(p.order_id = ${orderId} OR p.id = ${gatewayPaymentId}
    OR p.id = ${merchantReferenceId} AND p.reference_is_ours AND ${gatewayPaymentId} IS NULL)`;
}

const IS_PAYMENT_OF_EVENT = isPaymentOf({
  orderId: ':match_order_id',
  gatewayPaymentId: ':match_payment_id',
  merchantReferenceId: ':match_reference',
});

export const FINDS_PAYMENT = `EXISTS (
  SELECT FROM payments AS p WHERE ${isPaymentOf({
    orderId: 'w.order_id',
    gatewayPaymentId: 'w.gateway_payment_id',
    merchantReferenceId: 'w.merchant_reference_id',
  })})`;

/**
 * Locked, so that its order id is the newest and stays. An order whose metadata name another
 * payment is contested; a second order of one payment is merged, which flags it.
 */
export function findPayment(condition: string): string {
  return `
found AS (
  SELECT p.id, coalesce(p.order_id = :match_order_id AND :match_payment_id <> p.id, false) AS is_contested
    FROM payments AS p
   WHERE ${condition} AND ${IS_PAYMENT_OF_EVENT}
   ORDER BY coalesce(p.order_id = :match_order_id, false) DESC, coalesce(p.id = :match_payment_id, false) DESC, p.id
   LIMIT 1
     FOR NO KEY UPDATE
)`;
}

/**
 * A contested order flags both payments. The one in its metadata is looked up by its own reference,
 * and its lookups so far prove nothing.
 */
export function mergeInto(decided: string): string {
  const paymentId = `(SELECT payment_id FROM ${decided} WHERE state = 'stored')`;
  return `${mergeOf({ paymentId, asksLookup: ':asks_lookup' })}, contested AS (
  UPDATE payments AS p
     SET ${flagWith("'ORDER_OF_ANOTHER'")}, clean_lookups = 0,
         lookup_asked_at = CASE WHEN p.order_id IS NULL THEN clock_timestamp() ELSE p.lookup_asked_at END,
         reconcile_after = CASE WHEN p.order_id IS NULL THEN clock_timestamp() ELSE p.reconcile_after END
   WHERE EXISTS (SELECT FROM ${decided} WHERE state = 'contested')
     AND (p.id = (SELECT id FROM found) OR p.id = :match_payment_id)
)`;
}
