-- QR codes that are renewed are counted beside payments, as each asks the provider for something too.
ALTER TABLE rate_windows
  DROP CONSTRAINT subject_is_a_kind_and_a_hash,
  ADD CONSTRAINT subject_is_a_kind_and_a_hash CHECK (subject ~ '^(caller|instrument|qr-refresh):[0-9a-f]{64}$');

COMMENT ON TABLE rate_windows IS 'New payments since the window began, by caller and by instrument, and renewed QR codes, by caller; over all replicas. Windows that are long over are deleted.';
COMMENT ON COLUMN rate_windows.subject IS 'caller, instrument or qr-refresh, and the SHA-256 of the scope or id.';
COMMENT ON COLUMN rate_windows.window_start IS 'When the first call of the window was made; database clock. The next one after a minute begins another.';
COMMENT ON COLUMN rate_windows.calls IS 'New payments, or renewed codes, in the window. Replays and refusals are not counted.';
COMMENT ON COLUMN rate_windows.most IS 'The limit that held for the last of them.';
