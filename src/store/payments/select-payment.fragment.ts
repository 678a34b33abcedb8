/**
 * For `toPayment`: a row `p` of `payments`, its events from the given source. As JSON, which every
 * driver reads alike; amounts as text, as JSON numbers lose digits.
 */
export function selectPayment(eventSource: string): string {
  return `
    to_jsonb(p) || jsonb_build_object('amount_minor_units', p.amount_minor_units::text,
      'requested_minor_units', p.requested_minor_units::text) AS payment,
    (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.occurred_at, e.id) FROM ${eventSource} AS e) AS timeline`;
}

export const STORED_EVENTS = '(SELECT * FROM payment_events WHERE payment_id = p.id)';

export const EVENTS_WITH_NEW = `(SELECT * FROM payment_events WHERE payment_id = p.id
      UNION ALL SELECT * FROM new_event WHERE payment_id = p.id)`;
