import type { Money } from '../../payments/model/money.js';
import type { PaymentFields, PaymentUpdate } from '../../payments/ports/payment-update.js';
import type { InboxEvent } from '../../payments/ports/webhook-inbox.js';
import { toJsonParam } from '../database/sql-database.js';

export interface InboxRow {
  readonly id: string;
  readonly received_at: string;
  readonly order_id: string | null;
  readonly gateway_payment_id: string | null;
  readonly merchant_reference_id: string | null;
  readonly payment_update: KeptUpdate | null;
  readonly asks_lookup: boolean;
}

export type WaitingEvent = Pick<InboxEvent, 'id' | 'match' | 'update'> & { readonly asksLookup: boolean };

export function toWaitingEvent(row: InboxRow): WaitingEvent {
  return {
    id: row.id,
    match: {
      orderId: row.order_id,
      gatewayPaymentId: row.gateway_payment_id,
      merchantReferenceId: row.merchant_reference_id,
    },
    update: row.payment_update === null ? null : fromKeptUpdate(row.payment_update),
    asksLookup: row.asks_lookup,
  };
}

type KeptUpdate = Omit<PaymentUpdate, 'fields'> & {
  readonly fields: Omit<PaymentFields, 'amount'> & { readonly amount?: KeptMoney | null };
};

interface KeptMoney {
  readonly minorUnits: string;
  readonly currency: string;
}

export function toUpdateJson(update: PaymentUpdate): string {
  const { amount, ...fields } = update.fields;
  const kept: KeptUpdate = {
    ...update,
    fields: { ...fields, ...(amount !== undefined && { amount: toKept(amount) }) },
  };
  return toJsonParam(kept);
}

function fromKeptUpdate(kept: KeptUpdate): PaymentUpdate {
  const { amount, ...fields } = kept.fields;
  return { ...kept, fields: { ...fields, ...(amount !== undefined && { amount: fromKept(amount) }) } };
}

function toKept(amount: Money | null): KeptMoney | null {
  return amount === null ? null : { ...amount, minorUnits: String(amount.minorUnits) };
}

function fromKept(amount: KeptMoney | null): Money | null {
  return amount === null ? null : { ...amount, minorUnits: BigInt(amount.minorUnits) };
}
