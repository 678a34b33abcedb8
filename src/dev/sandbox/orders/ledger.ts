import { toMajorNumber } from './amount.js';
import { gatewayPaymentIdOf, type Order } from './order.js';

/** What was really charged. Two charges of one payment show as a count of 2. */
interface Ledger {
  readonly total: number;
  readonly charges: readonly LedgerEntry[];
  readonly byGatewayPaymentId: Readonly<Record<string, number>>;
  readonly orders: readonly LedgerEntry[];
}

interface LedgerEntry {
  readonly gatewayPaymentId: string | null;
  readonly orderId: string;
  readonly merchantReferenceId: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly chargedAt: number | null;
  readonly createdAt: number;
}

export function toLedger(orders: readonly Order[]): Ledger {
  const entries = orders.map(toEntry);
  const charges = entries.filter(({ chargedAt }) => chargedAt !== null);
  return { total: charges.length, charges, byGatewayPaymentId: countByGatewayPaymentId(charges), orders: entries };
}

function toEntry(order: Order): LedgerEntry {
  return {
    gatewayPaymentId: gatewayPaymentIdOf(order),
    orderId: order.orderId,
    merchantReferenceId: order.request.merchantReferenceId,
    amount: toMajorNumber(order.request.total),
    currency: order.request.total.currency,
    status: order.status,
    chargedAt: order.chargedAtMs,
    createdAt: order.createTimeMs,
  };
}

function countByGatewayPaymentId(charges: readonly LedgerEntry[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { gatewayPaymentId } of charges)
    if (gatewayPaymentId !== null) counts.set(gatewayPaymentId, (counts.get(gatewayPaymentId) ?? 0) + 1);
  return Object.fromEntries(counts);
}
