-- Absence is concluded only where the grace lies between two clean lookups, by two clocks.
-- The index finds payments that a clock which was set back would keep waiting.
ALTER TABLE payments
  ADD COLUMN first_clean_lookup_at timestamptz,
  ADD COLUMN first_clean_lookup_by_gateway_at timestamptz;

COMMENT ON COLUMN payments.first_clean_lookup_at IS 'When the first of the counted clean lookups was recorded; database clock.';
COMMENT ON COLUMN payments.first_clean_lookup_by_gateway_at IS 'The same by the clock of the gateway that looked.';

CREATE INDEX payments_to_find_out ON payments (reconcile_after) WHERE state IN ('PROCESSING', 'UNKNOWN');
