-- How many payments were made lately, for callers and instruments. One row for each, used again minute by minute.
CREATE TABLE rate_windows (
  subject      text COLLATE "C" NOT NULL CONSTRAINT rate_windows_pkey PRIMARY KEY,
  window_start timestamptz NOT NULL,
  calls        integer     NOT NULL,
  most         integer     NOT NULL,
  CONSTRAINT subject_is_a_kind_and_a_hash CHECK (subject ~ '^(caller|instrument):[0-9a-f]{64}$'),
  CONSTRAINT calls_are_counted_upwards CHECK (calls >= 1),
  -- A claim that would be one too many fails here, with everything that it wrote: so two replicas can't both be the last.
  CONSTRAINT calls_are_within_the_rate CHECK (calls <= most)
);

COMMENT ON TABLE rate_windows IS 'New payments since the window began, by caller and by instrument, over all replicas.';
COMMENT ON COLUMN rate_windows.subject IS 'caller or instrument, and the SHA-256 of its scope or id.';
COMMENT ON COLUMN rate_windows.window_start IS 'When the first payment of the window was made; database clock. The next one after a minute begins another.';
COMMENT ON COLUMN rate_windows.calls IS 'New payments in the window. Replays and refusals are not counted.';
COMMENT ON COLUMN rate_windows.most IS 'The limit that held for the last payment.';
