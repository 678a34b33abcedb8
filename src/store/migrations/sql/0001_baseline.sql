-- Payments with their timelines, the provider's events, and what rate limits count.
-- Ids and states compare byte by byte (COLLATE "C"), so that every database decides a tie alike.

CREATE TABLE payments (
  id                    text COLLATE "C" NOT NULL CONSTRAINT payments_pkey PRIMARY KEY,
  scope                 text        NOT NULL,
  idempotency_key       text,
  idempotency_key_hash  text        NOT NULL,
  fingerprint           text        NOT NULL,

  state                 text COLLATE "C" NOT NULL,
  provider_time         timestamptz NOT NULL,
  state_dedupe_key      text COLLATE "C",
  epoch                 integer     NOT NULL,
  claim_id              text        NOT NULL,
  send_before           timestamptz NOT NULL,
  sent_by_gateway_at    timestamptz,
  retry_at              timestamptz,

  order_id              text COLLATE "C",
  other_orders          text[] COLLATE "C" NOT NULL DEFAULT '{}',
  ambiguous_orders      text[] COLLATE "C" NOT NULL DEFAULT '{}',
  session_id            text COLLATE "C",
  action                jsonb,
  action_time           timestamptz,

  requested_minor_units numeric(24, 0),
  requested_currency    text COLLATE "C",
  charge_currency       text COLLATE "C",
  is_discounted         boolean     NOT NULL DEFAULT false,
  amount_minor_units    numeric(24, 0),
  currency              text COLLATE "C",
  amount_time           timestamptz,
  amount_rank           smallint,

  payment_method_type   text        NOT NULL,
  payment_instrument_id text        NOT NULL,
  merchant_reference_id text COLLATE "C" NOT NULL,
  reference_is_ours     boolean     NOT NULL,
  product_id            text,
  customer_id           text COLLATE "C",
  reference_customer_id text,
  metadata              jsonb       NOT NULL,

  failure_code          text,
  failure_message       text,
  failure_retry         text,
  rejection_code        text,
  rejection_message     text,

  reconcile_after       timestamptz,
  reconcile_attempts    integer     NOT NULL DEFAULT 0,
  lookup_asked_at       timestamptz,
  clean_lookups         integer     NOT NULL DEFAULT 0,
  first_clean_lookup_at timestamptz,
  first_clean_lookup_by_gateway_at timestamptz,
  flagged_reason        text,
  flagged_at            timestamptz,
  alarmed_reason        text,

  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,

  CONSTRAINT one_payment_per_scope_and_key UNIQUE (scope, idempotency_key_hash),
  CONSTRAINT id_is_a_payment_id CHECK (id ~ '^pay_[0-9a-f]{32}$'),
  CONSTRAINT scope_is_1_to_512_characters CHECK (char_length(scope) BETWEEN 1 AND 512),
  CONSTRAINT idempotency_key_is_16_to_255_visible_ascii CHECK (idempotency_key ~ '^[\x21-\x7e]{16,255}$'),
  CONSTRAINT idempotency_key_hash_is_sha256_hex CHECK (idempotency_key_hash ~ '^[0-9a-f]{64}$'),
  CONSTRAINT fingerprint_is_sha256_hex CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  CONSTRAINT state_is_known CHECK (state IN ('PROCESSING', 'RELEASED', 'UNKNOWN', 'FAILED_INFERRED', 'PENDING',
    'REQUIRES_ACTION', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
  CONSTRAINT epoch_starts_at_1 CHECK (epoch >= 1),
  CONSTRAINT claim_id_is_a_claim_id CHECK (claim_id ~ '^clm_[0-9a-f]{32}$'),
  CONSTRAINT provider_ids_are_at_most_600_characters CHECK (
    char_length(order_id) <= 600 AND char_length(session_id) <= 600 AND char_length(customer_id) <= 600),
  CONSTRAINT action_has_its_time CHECK ((action IS NULL) = (action_time IS NULL)),
  CONSTRAINT action_is_an_object CHECK (jsonb_typeof(action) = 'object'),
  CONSTRAINT requested_amount_has_its_currency CHECK ((requested_minor_units IS NULL) = (requested_currency IS NULL)),
  CONSTRAINT requested_amount_is_positive CHECK (requested_minor_units > 0),
  CONSTRAINT requested_currencies_are_three_capital_letters CHECK (
    requested_currency ~ '^[A-Z]{3}$' AND charge_currency ~ '^[A-Z]{3}$'),
  CONSTRAINT amount_has_its_currency CHECK ((amount_minor_units IS NULL) = (currency IS NULL)),
  CONSTRAINT amount_is_not_negative CHECK (amount_minor_units >= 0),
  CONSTRAINT currency_is_three_capital_letters CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT payment_method_type_is_known CHECK (payment_method_type IN ('ALIPAY', 'CARD', 'CASHAPP', 'GCASH', 'KAKAO',
    'PROMPTPAY', 'QRIS', 'TNG', 'WECHAT')),
  CONSTRAINT input_ids_are_1_to_255_characters CHECK (
    char_length(payment_instrument_id) BETWEEN 1 AND 255 AND char_length(merchant_reference_id) BETWEEN 1 AND 255
    AND char_length(reference_customer_id) BETWEEN 1 AND 255),
  CONSTRAINT product_id_is_1_to_255_characters CHECK (char_length(product_id) BETWEEN 1 AND 255),
  CONSTRAINT our_reference_is_the_payment_id CHECK (NOT reference_is_ours OR merchant_reference_id = id),
  CONSTRAINT metadata_is_a_list_of_at_most_19 CHECK (
    jsonb_typeof(metadata) = 'array' AND jsonb_array_length(metadata) <= 19),
  CONSTRAINT failure_is_whole CHECK (
    (failure_code IS NULL) = (failure_message IS NULL) AND (failure_code IS NULL) = (failure_retry IS NULL)),
  CONSTRAINT failure_is_at_most_1000_characters CHECK (
    char_length(failure_code) <= 1000 AND char_length(failure_message) <= 1000),
  CONSTRAINT failure_retry_is_known CHECK (failure_retry IN ('RETRY_SAME_KEY', 'FIX_INPUT', 'USE_NEW_KEY',
    'WAIT_AND_QUERY', 'DO_NOT_RETRY')),
  CONSTRAINT rejection_message_has_its_code CHECK (rejection_message IS NULL OR rejection_code IS NOT NULL),
  CONSTRAINT rejection_is_at_most_1000_characters CHECK (
    char_length(rejection_code) <= 1000 AND char_length(rejection_message) <= 1000),
  CONSTRAINT lookups_are_counted_upwards CHECK (reconcile_attempts >= 0 AND clean_lookups >= 0),
  CONSTRAINT flag_has_its_time CHECK ((flagged_reason IS NULL) = (flagged_at IS NULL))
);

-- The provider charges an order once: two payments that show one order would both be taken for paid.
CREATE UNIQUE INDEX one_payment_per_order ON payments (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payments_by_merchant_reference ON payments (merchant_reference_id);
CREATE INDEX payments_by_scope_newest_first ON payments (scope, created_at DESC, id DESC);
CREATE INDEX payments_due_for_reconciliation ON payments (reconcile_after) WHERE reconcile_after IS NOT NULL;
-- Finds payments that a clock which was set back would keep waiting.
CREATE INDEX payments_to_find_out ON payments (reconcile_after) WHERE state IN ('PROCESSING', 'UNKNOWN');
CREATE INDEX payments_flagged ON payments (flagged_at) WHERE flagged_reason IS NOT NULL;
CREATE INDEX payments_to_alarm ON payments (flagged_at) WHERE flagged_reason IS DISTINCT FROM alarmed_reason;
CREATE INDEX payments_with_a_live_key ON payments (created_at) WHERE idempotency_key IS NOT NULL;
CREATE INDEX payments_with_an_order ON payments (created_at) WHERE order_id IS NOT NULL;

CREATE TABLE payment_events (
  id          text COLLATE "C" NOT NULL CONSTRAINT payment_events_pkey PRIMARY KEY,
  payment_id  text COLLATE "C" NOT NULL CONSTRAINT event_belongs_to_a_payment REFERENCES payments (id),
  dedupe_key  text COLLATE "C" NOT NULL,
  state       text        NOT NULL,
  source      text        NOT NULL,
  occurred_at timestamptz NOT NULL,
  detail      text,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),

  CONSTRAINT one_event_per_dedupe_key UNIQUE (payment_id, dedupe_key),
  CONSTRAINT id_is_an_event_id CHECK (id ~ '^pev_[0-9a-f]{32}$'),
  CONSTRAINT dedupe_key_is_1_to_300_characters CHECK (char_length(dedupe_key) BETWEEN 1 AND 300),
  CONSTRAINT event_state_is_known CHECK (state IN ('PROCESSING', 'RELEASED', 'UNKNOWN', 'FAILED_INFERRED', 'PENDING',
    'REQUIRES_ACTION', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
  CONSTRAINT source_is_known CHECK (source IN ('CREATE_PAYMENT', 'PROVIDER_ANSWER', 'WEBHOOK', 'RECONCILIATION',
    'QR_REFRESH')),
  CONSTRAINT detail_is_at_most_1000_characters CHECK (char_length(detail) <= 1000)
);

CREATE TABLE webhook_inbox (
  id                    text COLLATE "C" NOT NULL CONSTRAINT webhook_inbox_pkey PRIMARY KEY,
  type                  text        NOT NULL,
  occurred_at           timestamptz NOT NULL,
  received_at           timestamptz NOT NULL,
  order_id              text COLLATE "C",
  gateway_payment_id    text COLLATE "C",
  merchant_reference_id text COLLATE "C",
  payment_update        jsonb,
  asks_lookup           boolean     NOT NULL,
  state                 text        NOT NULL,
  payment_id            text COLLATE "C" CONSTRAINT webhook_belongs_to_a_payment REFERENCES payments (id),
  decided_at            timestamptz,
  alarmed_at            timestamptz,

  CONSTRAINT webhook_ids_are_1_to_255_characters CHECK (
    char_length(id) BETWEEN 1 AND 255 AND char_length(type) BETWEEN 1 AND 255
    AND char_length(order_id) BETWEEN 1 AND 255 AND char_length(gateway_payment_id) BETWEEN 1 AND 255
    AND char_length(merchant_reference_id) BETWEEN 1 AND 255),
  CONSTRAINT payment_update_is_an_object CHECK (jsonb_typeof(payment_update) = 'object'),
  CONSTRAINT state_is_known CHECK (state IN ('waiting', 'stored', 'contested', 'given_up')),
  CONSTRAINT only_an_update_or_a_lookup_waits CHECK (
    state <> 'waiting' OR payment_update IS NOT NULL OR asks_lookup),
  CONSTRAINT waiting_is_undecided CHECK ((state = 'waiting') = (decided_at IS NULL)),
  CONSTRAINT waiting_has_no_payment CHECK (state NOT IN ('waiting', 'given_up') OR payment_id IS NULL),
  CONSTRAINT contested_names_the_payment CHECK (state <> 'contested' OR payment_id IS NOT NULL)
);

CREATE INDEX webhooks_waiting_by_order ON webhook_inbox (order_id) WHERE state = 'waiting';
CREATE INDEX webhooks_waiting_by_arrival ON webhook_inbox (received_at, id) WHERE state = 'waiting';
CREATE INDEX webhooks_by_payment ON webhook_inbox (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX webhooks_by_decision ON webhook_inbox (decided_at) WHERE state IN ('stored', 'given_up');
-- An event that names a payment of ours which the store has never seen tells of a lost row.
CREATE INDEX webhooks_without_their_payment ON webhook_inbox (gateway_payment_id)
  WHERE state <> 'stored' AND gateway_payment_id IS NOT NULL;

CREATE TABLE rate_windows (
  subject      text COLLATE "C" NOT NULL CONSTRAINT rate_windows_pkey PRIMARY KEY,
  window_start timestamptz NOT NULL,
  calls        integer     NOT NULL,
  most         integer     NOT NULL,

  CONSTRAINT subject_is_a_kind_and_a_hash CHECK (subject ~ '^(caller|instrument|qr-refresh):[0-9a-f]{64}$'),
  CONSTRAINT calls_are_counted_upwards CHECK (calls >= 1),
  -- A claim that would be one too many fails here, with everything that it wrote: two replicas can't both be the last.
  CONSTRAINT calls_are_within_the_rate CHECK (calls <= most)
);

COMMENT ON TABLE payments IS
  'One row per intent to charge, written before the provider is asked. Rows are never deleted.';
COMMENT ON COLUMN payments.id IS
  'pay_ and 32 hexadecimal digits of the SHA-256 of scope and idempotency key; the provider gets it as '
  'metadata.gateway_payment_id.';
COMMENT ON COLUMN payments.scope IS
  'Who made it: issuer and customer claim of a person, client id of a service. Owns the idempotency key.';
COMMENT ON COLUMN payments.idempotency_key IS 'As the caller sent it; null once it has expired.';
COMMENT ON COLUMN payments.idempotency_key_hash IS
  'SHA-256 of the key in hex; outlives the key, so that an expired key is refused and never charged again.';
COMMENT ON COLUMN payments.fingerprint IS
  'SHA-256 of the canonical input in hex: tells a repeated call from another one under the same key.';
COMMENT ON COLUMN payments.state IS
  'What the gateway knows. Moves upwards only: RELEASED = PROCESSING < UNKNOWN < FAILED_INFERRED < PENDING = '
  'REQUIRES_ACTION < FAILED < SUCCEEDED < PARTIALLY_REFUNDED < REFUNDED.';
COMMENT ON COLUMN payments.provider_time IS
  'When the present state became true, by the provider where it gave a time.';
COMMENT ON COLUMN payments.state_dedupe_key IS
  'The update that brought the present state; null while only the claim protocol has moved the payment.';
COMMENT ON COLUMN payments.epoch IS 'Raised by every takeover. Sending and releasing need the own one.';
COMMENT ON COLUMN payments.claim_id IS
  'Of the last claim or takeover. A caller that lost the answer to its COMMIT finds its claim by it.';
COMMENT ON COLUMN payments.send_before IS 'The holder of the claim may write the request until then; database clock.';
COMMENT ON COLUMN payments.order_id IS 'The provider''s order, once known.';
COMMENT ON COLUMN payments.session_id IS 'The provider''s session, once known.';
COMMENT ON COLUMN payments.action IS 'The newest action the provider asked for, with checked URLs.';
COMMENT ON COLUMN payments.action_time IS 'Provider time of the update that brought the action.';
COMMENT ON COLUMN payments.amount_minor_units IS
  'In minor units of the currency: what the provider charges, or the requested amount until the provider names '
  'one.';
COMMENT ON COLUMN payments.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN payments.amount_time IS
  'Provider time of the update that brought the amount. Null while it is the requested one.';
COMMENT ON COLUMN payments.payment_method_type IS 'As asked for.';
COMMENT ON COLUMN payments.payment_instrument_id IS 'As asked for. Not to be shown or logged in full.';
COMMENT ON COLUMN payments.merchant_reference_id IS
  'The reference that the provider got. Not unique: callers may use theirs again.';
COMMENT ON COLUMN payments.reference_is_ours IS
  'Whether the gateway made the reference, so that an order that bears it can only be this payment''s.';
COMMENT ON COLUMN payments.customer_id IS 'The provider''s customer: from the caller, or from the provider.';
COMMENT ON COLUMN payments.reference_customer_id IS 'The merchant''s own id of the customer.';
COMMENT ON COLUMN payments.failure_code IS
  'Why the payment failed: the provider''s code, or one of the gateway''s in upper case.';
COMMENT ON COLUMN payments.failure_message IS 'The same in words for the client.';
COMMENT ON COLUMN payments.failure_retry IS 'What the client may do about it.';
COMMENT ON COLUMN payments.rejection_code IS
  'Set where the provider refused the request by a published code: a replay gives the same answer.';
COMMENT ON COLUMN payments.rejection_message IS 'The provider''s words to it.';
COMMENT ON COLUMN payments.metadata IS 'The caller''s entries in their order: [{"key", "value"}].';
COMMENT ON COLUMN payments.reconcile_after IS
  'When the reconciler is to look at the payment; null: never again by itself. Pushed on by every lease.';
COMMENT ON COLUMN payments.reconcile_attempts IS 'Leases since the state last moved; pauses grow with it.';
COMMENT ON COLUMN payments.clean_lookups IS
  'Lookups since then that proved that the provider lists no order of this payment.';
COMMENT ON COLUMN payments.flagged_reason IS 'Why a person has to look at the payment.';
COMMENT ON COLUMN payments.flagged_at IS 'Since when.';
COMMENT ON COLUMN payments.created_at IS 'When the intent was claimed; database clock.';
COMMENT ON COLUMN payments.updated_at IS 'When the payment or its timeline last changed; database clock.';
COMMENT ON COLUMN payments.lookup_asked_at IS
  'When an event last asked for a lookup that has not been answered since. Outlives every move of the state.';
COMMENT ON COLUMN payments.product_id IS
  'The provider''s product of a catalogue price; null for an amount given directly.';
COMMENT ON COLUMN payments.ambiguous_orders IS
  'Orders that lookups found under the caller''s own reference without a payment id: they may belong to another '
  'payment.';
COMMENT ON COLUMN payments.retry_at IS
  'Until when a released payment may not be taken over: the wait that the provider or its breaker asked for. '
  'Null: at once. Database clock.';
COMMENT ON COLUMN payments.requested_minor_units IS
  'The amount that the caller asked for, in minor units. Null for a catalogue price.';
COMMENT ON COLUMN payments.requested_currency IS 'ISO 4217 code of the requested amount.';
COMMENT ON COLUMN payments.charge_currency IS
  'The currency that the caller asked to charge in, where it is another one.';
COMMENT ON COLUMN payments.is_discounted IS
  'Whether a promotion code may make the charged amount smaller than the requested one.';
COMMENT ON COLUMN payments.amount_rank IS
  'Rank of the state that the amount came with: an amount gives way only to one of the same or a higher rank.';
COMMENT ON COLUMN payments.other_orders IS
  'Orders besides order_id that the provider named as this payment''s, and orders that were taken away from it.';
COMMENT ON COLUMN payments.alarmed_reason IS
  'The flagged reason that the operators were alarmed of. Differs from flagged_reason until the alarm is raised.';
COMMENT ON COLUMN payments.sent_by_gateway_at IS
  'When the present claim was made; clock of the gateway that made it.';
COMMENT ON COLUMN payments.first_clean_lookup_at IS
  'When the first of the counted clean lookups was recorded; database clock.';
COMMENT ON COLUMN payments.first_clean_lookup_by_gateway_at IS 'The same by the clock of the gateway that looked.';

COMMENT ON TABLE payment_events IS
  'The timeline: each update once, also those that came too late to change the payment.';
COMMENT ON COLUMN payment_events.id IS 'pev_ and a UUIDv7 in hex.';
COMMENT ON COLUMN payment_events.payment_id IS 'The payment that the event belongs to.';
COMMENT ON COLUMN payment_events.dedupe_key IS
  'Names the update within its payment (claim:1, answer:1, webhook:…), so that a repeated one adds nothing.';
COMMENT ON COLUMN payment_events.state IS 'The state that the update brings.';
COMMENT ON COLUMN payment_events.source IS 'Where the update came from.';
COMMENT ON COLUMN payment_events.occurred_at IS 'When it happened, by the provider where it gave a time.';
COMMENT ON COLUMN payment_events.detail IS 'A sentence for people.';
COMMENT ON COLUMN payment_events.recorded_at IS 'When it was written down; database clock.';

COMMENT ON TABLE webhook_inbox IS
  'Every provider event once, with what a match needs. No bodies. Decided events are deleted after a month, '
  'contested ones never.';
COMMENT ON COLUMN webhook_inbox.id IS 'The provider''s; a second delivery of it changes nothing.';
COMMENT ON COLUMN webhook_inbox.type IS 'As the provider writes it: order.succeeded.';
COMMENT ON COLUMN webhook_inbox.occurred_at IS 'When it happened, by the provider.';
COMMENT ON COLUMN webhook_inbox.received_at IS 'When it arrived; the gateway''s clock.';
COMMENT ON COLUMN webhook_inbox.order_id IS 'The order that it is about; payments are found by it first.';
COMMENT ON COLUMN webhook_inbox.gateway_payment_id IS
  'The payment id in the order''s metadata; payments are found by it second.';
COMMENT ON COLUMN webhook_inbox.merchant_reference_id IS
  'The order''s reference; payments are found by it third, where the gateway made the reference.';
COMMENT ON COLUMN webhook_inbox.payment_update IS
  'The update for its payment, ready to be merged; minorUnits of the amount is text. Null: nothing that may be '
  'believed.';
COMMENT ON COLUMN webhook_inbox.asks_lookup IS 'Whether the provider is to be asked about the order.';
COMMENT ON COLUMN webhook_inbox.state IS
  'waiting for its payment; stored with its payment (null: it concerns none); contested: of another order than '
  'its payment''s; given_up: waited in vain.';
COMMENT ON COLUMN webhook_inbox.payment_id IS 'The payment that it was found to be about.';
COMMENT ON COLUMN webhook_inbox.decided_at IS 'When it stopped waiting; database clock. Null while it waits.';
COMMENT ON COLUMN webhook_inbox.alarmed_at IS 'When the operators were alarmed that its payment is not in the store.';

COMMENT ON TABLE rate_windows IS
  'New payments by caller and by instrument, and renewed QR codes by caller, over all replicas. Old windows are '
  'deleted.';
COMMENT ON COLUMN rate_windows.subject IS 'caller, instrument or qr-refresh, and the SHA-256 of the scope or id.';
COMMENT ON COLUMN rate_windows.window_start IS
  'When the first call of the window was made; database clock. The next call after a minute begins another.';
COMMENT ON COLUMN rate_windows.calls IS
  'New payments, takeovers or renewed codes in the window. Other replays and rejected calls are not counted.';
COMMENT ON COLUMN rate_windows.most IS 'The limit that held for the last of them.';
