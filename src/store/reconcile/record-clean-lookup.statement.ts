import type { CleanLookupOptions, DuePayment } from '../../payments/ports/reconciliation-store.js';
import { toTimeParam } from '../database/sql-database.js';
import { compileStatement, type Statement } from '../database/statement.js';

/**
 * The time is over when two clocks say so, each compared with itself at the claim and at the first
 * clean lookup: one that was set in between concludes nothing alone. What a clock said at the claim
 * counts for no later than the first clean lookup, by which the send was over: so one that was
 * ahead delays nothing. One that was ahead at the first clean lookup has recorded a time that
 * has not come yet: the grace begins anew, by both clocks.
 */
export function recordCleanLookupStatement(
  { payment, ambiguousOrderIds }: DuePayment,
  options: CleanLookupOptions,
): Statement {
  return RECORD_CLEAN_LOOKUP({
    id: payment.id,
    ambiguous_orders: ambiguousOrderIds,
    turns_up_for_ms: options.turnsUpForMs,
    grace_ms: options.graceMs,
    send_window_ms: options.sendWindowMs,
    gateway_time: toTimeParam(options.gatewayTimeMs),
  });
}

const PARAMS = {
  id: 'text',
  ambiguous_orders: 'text[]',
  turns_up_for_ms: 'float8',
  grace_ms: 'float8',
  send_window_ms: 'float8',
  gateway_time: 'timestamptz',
} as const;

const ms = (param: string): string => `${param} * interval '1 millisecond'`;

const RECORD_CLEAN_LOOKUP = compileStatement(
  PARAMS,
  `
UPDATE payments
   SET clean_lookups = clean_lookups + 1, ambiguous_orders = '{}',
       (first_clean_lookup_at, first_clean_lookup_by_gateway_at)
         = (SELECT CASE WHEN is_first THEN clock_timestamp() ELSE first_clean_lookup_at END,
                   CASE WHEN is_first THEN :gateway_time ELSE first_clean_lookup_by_gateway_at END
              FROM (SELECT clean_lookups = 0 OR first_clean_lookup_at IS NULL
                        OR first_clean_lookup_at > clock_timestamp()
                        OR first_clean_lookup_by_gateway_at > :gateway_time AS is_first) AS decided),
       flagged_reason = CASE WHEN flagged_reason <> 'AMBIGUOUS_ORDER' THEN flagged_reason END,
       flagged_at = CASE WHEN flagged_reason <> 'AMBIGUOUS_ORDER' THEN flagged_at END,
       alarmed_reason = CASE WHEN flagged_reason <> 'AMBIGUOUS_ORDER' THEN alarmed_reason END
 WHERE id = :id AND state = 'UNKNOWN' AND ambiguous_orders <@ :ambiguous_orders
   AND (flagged_reason IS DISTINCT FROM 'AMBIGUOUS_ORDER' OR ambiguous_orders <> '{}')
RETURNING clean_lookups,
  least(send_before, first_clean_lookup_at + ${ms(':send_window_ms')}) + ${ms(':turns_up_for_ms')} <= clock_timestamp()
  AND first_clean_lookup_at + ${ms(':grace_ms')} <= clock_timestamp()
  AND least(sent_by_gateway_at, first_clean_lookup_by_gateway_at)
      + ${ms('(:send_window_ms + :turns_up_for_ms)')} <= :gateway_time
  AND first_clean_lookup_by_gateway_at + ${ms(':grace_ms')} <= :gateway_time AS is_time_over`,
);
