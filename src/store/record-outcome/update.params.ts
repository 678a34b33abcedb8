import { STATE_RANKS, statesBelow, type PaymentState } from '../../payments/model/status.js';
import type { PaymentUpdate } from '../../payments/ports/payment-update.js';
import { FIRST_LOOKUP_AFTER_MS } from '../../payments/ports/reconciliation-store.js';
import { toJsonParam, toTimeParam } from '../database/sql-database.js';
import type { ValuesOf } from '../database/statement.js';

export const UPDATE_PARAMS = {
  event_id: 'text',
  dedupe_key: 'text',
  state: 'text',
  states_below: 'text[]',
  states_of_same_rank: 'text[]',
  rank: 'smallint',
  source: 'text',
  occurred_at: 'timestamptz',
  provider_time: 'timestamptz',
  detail: 'text',
  failure_code: 'text',
  failure_message: 'text',
  failure_retry: 'text',
  rejection_code: 'text',
  rejection_message: 'text',
  first_lookup_ms: 'float8',
  order_id: 'text',
  other_order: 'text',
  session_id: 'text',
  customer_id: 'text',
  minor_units: 'numeric',
  currency: 'text',
  action: 'jsonb',
} as const;

type UpdateValues = ValuesOf<typeof UPDATE_PARAMS>;

export function toUpdateValues(update: PaymentUpdate | null): UpdateValues {
  return update === null ? NO_UPDATE : { ...toEventValues(update), ...toRankValues(update), ...toFieldValues(update) };
}

const NO_UPDATE = Object.fromEntries(Object.keys(UPDATE_PARAMS).map((name) => [name, null])) as unknown as UpdateValues;

function toEventValues({ eventId, dedupeKey, source, providerTimeMs, yields, detail }: PaymentUpdate) {
  return {
    event_id: eventId,
    dedupe_key: dedupeKey,
    source,
    occurred_at: toTimeParam(providerTimeMs),
    provider_time: toTimeParam(yields === true ? 0 : providerTimeMs),
    detail,
  };
}

function toRankValues({ state }: PaymentUpdate) {
  return {
    state,
    states_below: statesBelow(state),
    states_of_same_rank: statesOfSameRank(state),
    rank: STATE_RANKS[state],
    first_lookup_ms: FIRST_LOOKUP_AFTER_MS[state],
  };
}

function toFieldValues({ fields }: PaymentUpdate) {
  return {
    failure_code: fields.failure?.code ?? null,
    failure_message: fields.failure?.message ?? null,
    failure_retry: fields.failure?.retry ?? null,
    rejection_code: fields.rejection?.providerCode ?? null,
    rejection_message: fields.rejection?.providerMessage ?? null,
    order_id: fields.orderId ?? null,
    other_order: null,
    session_id: fields.sessionId ?? null,
    customer_id: fields.customerId ?? null,
    minor_units: fields.amount ? String(fields.amount.minorUnits) : null,
    currency: fields.amount?.currency ?? null,
    action: fields.action ? toJsonParam(fields.action) : null,
  };
}

/** Its own included; none at the bottom, where only the claim protocol moves a payment. */
function statesOfSameRank(state: PaymentState): PaymentState[] {
  const rank = STATE_RANKS[state];
  return (Object.keys(STATE_RANKS) as PaymentState[]).filter(
    (candidate) => rank > 0 && STATE_RANKS[candidate] === rank,
  );
}
