import type { ListedPayment, PaymentSliceQuery } from '../../payments/ports/payment-list.js';
import { STATE_RANKS, toPublicStatus, type PaymentState, type PaymentStatus } from '../../payments/model/status.js';
import type { Statement } from '../database/named-params.js';
import { selectPayment, STORED_EVENTS, toPayment, type SelectedPayment } from '../payments/payment.row.js';
import { toTimeParam, type SqlParam, type SqlRow } from '../database/sql-database.js';

/**
 * A page of a scope's payments, newest first. It begins at a place in the index, so the thousandth page costs what the first does.
 */
export function listStatement(scope: string, { limit, after, filter }: PaymentSliceQuery): Statement {
  const params: SqlParam[] = [];
  const given = (value: SqlParam): string => `$${params.push(value)}`;
  const conditions = [`p.scope = ${given(scope)}`];
  if (after !== null)
    conditions.push(`(p.created_at, p.id) < (${fromMicros(given(after.createdAtMicros))}, ${given(after.id)})`);
  if (filter.statuses !== null) conditions.push(`p.state = ANY (${given(statesShownAs(filter.statuses))}::text[])`);
  if (filter.createdFromMs !== null)
    conditions.push(`p.created_at >= ${given(toTimeParam(filter.createdFromMs))}::timestamptz`);
  if (filter.createdBeforeMs !== null)
    conditions.push(`p.created_at < ${given(toTimeParam(filter.createdBeforeMs))}::timestamptz`);
  if (filter.merchantReferenceId !== null)
    conditions.push(`p.merchant_reference_id = ${given(filter.merchantReferenceId)}`);
  // The page is cut out first, so that only its own timelines are read.
  const text = `
    SELECT ${selectPayment(STORED_EVENTS)}, (extract(epoch FROM p.created_at) * 1000000)::bigint::text AS created_at_micros
      FROM (SELECT * FROM payments AS p WHERE ${conditions.join(' AND ')}
             ORDER BY p.created_at DESC, p.id DESC LIMIT ${given(limit)}) AS p
     ORDER BY p.created_at DESC, p.id DESC`;
  return { text, params };
}

/** Whole numbers all the way: a double can't tell microseconds of these days apart. */
function fromMicros(param: string): string {
  return `timestamptz 'epoch' + ${param}::bigint * interval '1 microsecond'`;
}

function statesShownAs(statuses: readonly PaymentStatus[]): string[] {
  const states = Object.keys(STATE_RANKS) as PaymentState[];
  return states.filter((state) => statuses.includes(toPublicStatus(state)));
}

interface ListedRow extends SelectedPayment {
  readonly created_at_micros: string;
}

/** A row of such a page. */
export function toListedPayment(row: SqlRow): ListedPayment {
  const listed = row as unknown as ListedRow;
  const payment = toPayment(listed);
  return { payment, position: { createdAtMicros: listed.created_at_micros, id: payment.id } };
}
