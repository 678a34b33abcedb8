import { createHmac, timingSafeEqual } from 'node:crypto';
import { toMajorNumber } from '../orders/amount.js';
import type { HostedStep, Order } from '../orders/order.js';

/** The signature keeps the shop and its page from changing the amount. */
export function toFormFields(order: Order, { token }: HostedStep, formKey: Buffer): Record<string, string> {
  const { total } = order.request;
  const fields = { token, orderId: order.orderId, amount: String(toMajorNumber(total)), currency: total.currency };
  return { ...fields, signature: signFields(fields, formKey) };
}

export function areFormFields(posted: URLSearchParams, expected: Readonly<Record<string, string>>): boolean {
  return Object.entries(expected).every(([name, value]) => {
    const given = Buffer.from(posted.get(name) ?? '');
    const wanted = Buffer.from(value);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

function signFields(fields: Readonly<Record<string, string>>, formKey: Buffer): string {
  return createHmac('sha256', formKey)
    .update(JSON.stringify(Object.entries(fields)))
    .digest('hex');
}
