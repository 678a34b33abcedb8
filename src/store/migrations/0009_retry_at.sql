-- A provider that asked to be left alone for a while is left alone by repeated calls too.
ALTER TABLE payments ADD COLUMN retry_at timestamptz;

COMMENT ON COLUMN payments.retry_at IS 'Until when nobody may take up again what was given back: the wait that the provider or its breaker asked for. Null: at once. Database clock.';
COMMENT ON COLUMN rate_windows.calls IS 'New payments and those that a repeated call took up again, or renewed codes, in the window. Other replays and refusals are not counted.';
