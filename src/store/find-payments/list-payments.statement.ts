import { STATE_RANKS, toPublicStatus, type PaymentState, type PaymentStatus } from '../../payments/model/status.js';
import type { ListedPayment, PaymentSliceQuery } from '../../payments/ports/payment-list.js';
import { toTimeParam, type SqlRow } from '../database/sql-database.js';
import { compileStatement, type Statement, type ValuesOf } from '../database/statement.js';
import { toPayment, type SelectedPayment } from '../payments/payment.row.js';
import { selectPayment, STORED_EVENTS } from '../payments/select-payment.fragment.js';

export function listPaymentsStatement(scope: string, query: PaymentSliceQuery): Statement {
  return compileStatement(PARAMS, listPayments(query))(toValues(scope, query));
}

const PARAMS = {
  scope: 'text',
  after_micros: 'bigint',
  after_id: 'text',
  states: 'text[]',
  created_from: 'timestamptz',
  created_before: 'timestamptz',
  merchant_reference_id: 'text',
  page_size: 'integer',
} as const;

/** As a whole number: a double can't tell microseconds of these days apart. */
const IS_AFTER = `(p.created_at, p.id) < (timestamptz 'epoch' + :after_micros * interval '1 microsecond', :after_id)`;

function listPayments({ after, filter }: PaymentSliceQuery): string {
  const conditions = [
    'p.scope = :scope',
    ...(after === null ? [] : [IS_AFTER]),
    ...(filter.statuses === null ? [] : ['p.state = ANY (:states)']),
    ...(filter.createdFromMs === null ? [] : ['p.created_at >= :created_from']),
    ...(filter.createdBeforeMs === null ? [] : ['p.created_at < :created_before']),
    ...(filter.merchantReferenceId === null ? [] : ['p.merchant_reference_id = :merchant_reference_id']),
  ];
  return `
SELECT ${selectPayment(STORED_EVENTS)},
       (extract(epoch FROM p.created_at) * 1000000)::bigint::text AS created_at_micros
  FROM (SELECT * FROM payments AS p WHERE ${conditions.join(' AND ')}
         ORDER BY p.created_at DESC, p.id DESC LIMIT :page_size) AS p
 ORDER BY p.created_at DESC, p.id DESC`;
}

function toValues(scope: string, { limit, after, filter }: PaymentSliceQuery): ValuesOf<typeof PARAMS> {
  const { statuses, createdFromMs, createdBeforeMs, merchantReferenceId } = filter;
  return {
    scope,
    after_micros: after?.createdAtMicros ?? null,
    after_id: after?.id ?? null,
    states: statuses === null ? null : statesShownAs(statuses),
    created_from: createdFromMs === null ? null : toTimeParam(createdFromMs),
    created_before: createdBeforeMs === null ? null : toTimeParam(createdBeforeMs),
    merchant_reference_id: merchantReferenceId,
    page_size: limit,
  };
}

function statesShownAs(statuses: readonly PaymentStatus[]): string[] {
  const states = Object.keys(STATE_RANKS) as PaymentState[];
  return states.filter((state) => statuses.includes(toPublicStatus(state)));
}

interface ListedRow extends SelectedPayment {
  readonly created_at_micros: string;
}

export function toListedPayment(row: SqlRow): ListedPayment {
  const listed = row as unknown as ListedRow;
  const payment = toPayment(listed);
  return { payment, position: { createdAtMicros: listed.created_at_micros, id: payment.id } };
}
