-- What was asked for stays beside what is charged, an order belongs to one payment, and every flag raises an alarm.
ALTER TABLE payments
  ADD COLUMN requested_minor_units numeric(24, 0),
  ADD COLUMN requested_currency text COLLATE "C",
  ADD COLUMN charge_currency text COLLATE "C",
  ADD COLUMN is_discounted boolean NOT NULL DEFAULT false,
  ADD COLUMN amount_rank smallint,
  ADD COLUMN other_orders text[] COLLATE "C" NOT NULL DEFAULT '{}',
  ADD COLUMN alarmed_reason text,
  ADD COLUMN sent_by_gateway_at timestamptz,
  ADD CONSTRAINT requested_amount_has_its_currency CHECK ((requested_minor_units IS NULL) = (requested_currency IS NULL)),
  ADD CONSTRAINT requested_amount_is_positive CHECK (requested_minor_units > 0),
  ADD CONSTRAINT requested_currencies_are_three_capital_letters CHECK (
    requested_currency ~ '^[A-Z]{3}$' AND charge_currency ~ '^[A-Z]{3}$');

COMMENT ON COLUMN payments.requested_minor_units IS 'The amount that the caller asked for, in minor units. Null for a catalogue price.';
COMMENT ON COLUMN payments.requested_currency IS 'ISO 4217 code of the requested amount.';
COMMENT ON COLUMN payments.charge_currency IS 'The currency that the caller asked to charge in, where it is another one.';
COMMENT ON COLUMN payments.is_discounted IS 'Whether a promotion code may make the charged amount smaller than the requested one.';
COMMENT ON COLUMN payments.amount_minor_units IS 'In minor units of the currency: what the provider tells, or the requested amount until it tells one.';
COMMENT ON COLUMN payments.amount_time IS 'Provider time of the update that brought the amount. Null while it is the requested one.';
COMMENT ON COLUMN payments.amount_rank IS 'Rank of the state that the amount was told with: an amount gives way only to one of the same or a higher rank.';
COMMENT ON COLUMN payments.other_orders IS 'Orders that were told to be this payment''s besides order_id, or that were taken away from it.';
COMMENT ON COLUMN payments.alarmed_reason IS 'The flagged reason that the operators were alarmed of. Differs from flagged_reason until the alarm is raised.';
COMMENT ON COLUMN payments.sent_by_gateway_at IS 'When the present claim was made, by the clock of the gateway that made it. Null for payments made before it was kept.';

-- Payments that show one order already: the first keeps it, the others are looked up, and all of them need a person.
WITH shared AS (
  SELECT id, order_id, row_number() OVER (PARTITION BY order_id ORDER BY created_at, id) AS position
    FROM payments
   WHERE order_id IN (SELECT order_id FROM payments WHERE order_id IS NOT NULL GROUP BY order_id HAVING count(*) > 1)
)
UPDATE payments AS p
   SET order_id = CASE WHEN position = 1 THEN p.order_id END,
       other_orders = CASE WHEN position = 1 THEN '{}' ELSE ARRAY[p.order_id] END,
       lookup_asked_at = CASE WHEN position = 1 THEN p.lookup_asked_at ELSE clock_timestamp() END,
       reconcile_after = CASE WHEN position = 1 THEN p.reconcile_after ELSE clock_timestamp() END,
       flagged_reason = coalesce(p.flagged_reason, 'ORDER_OF_ANOTHER'), flagged_at = coalesce(p.flagged_at, clock_timestamp())
  FROM shared
 WHERE p.id = shared.id;

-- The provider charges an order once: two payments that show one order would both be taken for paid.
CREATE UNIQUE INDEX one_payment_per_order ON payments (order_id) WHERE order_id IS NOT NULL;
DROP INDEX payments_by_order;
CREATE INDEX payments_to_alarm ON payments (flagged_at) WHERE flagged_reason IS DISTINCT FROM alarmed_reason;
CREATE INDEX payments_with_an_order ON payments (created_at) WHERE order_id IS NOT NULL;
UPDATE payments SET alarmed_reason = flagged_reason WHERE flagged_reason <> 'ORDER_OF_ANOTHER';

-- An event that names a payment of ours which the store has never seen tells of a lost row.
ALTER TABLE webhook_inbox ADD COLUMN alarmed_at timestamptz;
CREATE INDEX webhooks_without_their_payment ON webhook_inbox (gateway_payment_id) WHERE state <> 'stored' AND gateway_payment_id IS NOT NULL;
COMMENT ON COLUMN webhook_inbox.alarmed_at IS 'When the operators were alarmed that its payment is not in the store.';

COMMENT ON COLUMN payments.id IS 'pay_ and 32 hexadecimal digits of the SHA-256 of scope and idempotency key; sent to the provider as metadata.gateway_payment_id. Older ones are UUIDv7.';
