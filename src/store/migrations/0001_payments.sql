-- Payments and their timelines.
-- Ids and states compare byte by byte (COLLATE "C"), so that a tie is decided alike on every database.

CREATE TABLE payments (
  id                    text COLLATE "C" NOT NULL CONSTRAINT payments_pkey PRIMARY KEY,
  scope                 text        NOT NULL,
  idempotency_key       text,
  idempotency_key_hash  text        NOT NULL,
  fingerprint           text        NOT NULL,
  state              text COLLATE "C" NOT NULL,
  provider_time         timestamptz NOT NULL,
  state_dedupe_key      text COLLATE "C",
  epoch                 integer     NOT NULL,
  claim_id              text        NOT NULL,
  send_before           timestamptz NOT NULL,
  order_id              text COLLATE "C",
  session_id            text COLLATE "C",
  action                jsonb,
  action_time           timestamptz,
  amount_minor_units    numeric(24, 0),
  currency              text COLLATE "C",
  amount_time           timestamptz,
  payment_method_type   text        NOT NULL,
  payment_instrument_id text        NOT NULL,
  merchant_reference_id text COLLATE "C" NOT NULL,
  reference_is_ours     boolean     NOT NULL,
  customer_id           text COLLATE "C",
  reference_customer_id text,
  failure_code          text,
  failure_message       text,
  failure_retry         text,
  rejection_code        text,
  rejection_message     text,
  metadata              jsonb       NOT NULL,
  reconcile_after       timestamptz,
  reconcile_attempts    integer     NOT NULL DEFAULT 0,
  clean_lookups         integer     NOT NULL DEFAULT 0,
  flagged_reason        text,
  flagged_at            timestamptz,
  created_at            timestamptz NOT NULL,
  updated_at            timestamptz NOT NULL,

  CONSTRAINT one_payment_per_scope_and_key UNIQUE (scope, idempotency_key_hash),
  CONSTRAINT id_is_a_payment_id CHECK (id ~ '^pay_[0-9a-f]{32}$'),
  CONSTRAINT scope_is_1_to_512_characters CHECK (char_length(scope) BETWEEN 1 AND 512),
  CONSTRAINT idempotency_key_is_16_to_255_visible_ascii CHECK (idempotency_key ~ '^[\x21-\x7e]{16,255}$'),
  CONSTRAINT idempotency_key_hash_is_sha256_hex CHECK (idempotency_key_hash ~ '^[0-9a-f]{64}$'),
  CONSTRAINT fingerprint_is_sha256_hex CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  CONSTRAINT standing_is_known CHECK (state IN ('PROCESSING', 'RELEASED', 'UNKNOWN', 'FAILED_INFERRED', 'PENDING',
    'REQUIRES_ACTION', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
  CONSTRAINT epoch_starts_at_1 CHECK (epoch >= 1),
  CONSTRAINT claim_id_is_a_claim_id CHECK (claim_id ~ '^clm_[0-9a-f]{32}$'),
  CONSTRAINT provider_ids_are_at_most_600_characters CHECK (
    char_length(order_id) <= 600 AND char_length(session_id) <= 600 AND char_length(customer_id) <= 600),
  CONSTRAINT action_has_its_time CHECK ((action IS NULL) = (action_time IS NULL)),
  CONSTRAINT action_is_an_object CHECK (jsonb_typeof(action) = 'object'),
  CONSTRAINT amount_has_its_currency CHECK ((amount_minor_units IS NULL) = (currency IS NULL)),
  CONSTRAINT amount_is_not_negative CHECK (amount_minor_units >= 0),
  CONSTRAINT currency_is_three_capital_letters CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT payment_method_type_is_known CHECK (payment_method_type IN ('ALIPAY', 'CARD', 'CASHAPP', 'GCASH', 'KAKAO',
    'PROMPTPAY', 'QRIS', 'TNG', 'WECHAT')),
  CONSTRAINT input_ids_are_1_to_255_characters CHECK (
    char_length(payment_instrument_id) BETWEEN 1 AND 255 AND char_length(merchant_reference_id) BETWEEN 1 AND 255
    AND char_length(reference_customer_id) BETWEEN 1 AND 255),
  CONSTRAINT our_reference_is_the_payment_id CHECK (NOT reference_is_ours OR merchant_reference_id = id),
  CONSTRAINT failure_is_whole CHECK (
    (failure_code IS NULL) = (failure_message IS NULL) AND (failure_code IS NULL) = (failure_retry IS NULL)),
  CONSTRAINT failure_is_at_most_1000_characters CHECK (
    char_length(failure_code) <= 1000 AND char_length(failure_message) <= 1000),
  CONSTRAINT failure_retry_is_known CHECK (failure_retry IN ('RETRY_SAME_KEY', 'FIX_INPUT', 'USE_NEW_KEY',
    'WAIT_AND_QUERY', 'DO_NOT_RETRY')),
  CONSTRAINT rejection_message_has_its_code CHECK (rejection_message IS NULL OR rejection_code IS NOT NULL),
  CONSTRAINT rejection_is_at_most_1000_characters CHECK (
    char_length(rejection_code) <= 1000 AND char_length(rejection_message) <= 1000),
  CONSTRAINT metadata_is_a_list_of_at_most_19 CHECK (
    jsonb_typeof(metadata) = 'array' AND jsonb_array_length(metadata) <= 19),
  CONSTRAINT lookups_are_counted_upwards CHECK (reconcile_attempts >= 0 AND clean_lookups >= 0),
  CONSTRAINT flag_has_its_time CHECK ((flagged_reason IS NULL) = (flagged_at IS NULL))
);

CREATE INDEX payments_by_order ON payments (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payments_by_merchant_reference ON payments (merchant_reference_id);
CREATE INDEX payments_due_for_reconciliation ON payments (reconcile_after) WHERE reconcile_after IS NOT NULL;
CREATE INDEX payments_flagged ON payments (flagged_at) WHERE flagged_reason IS NOT NULL;
CREATE INDEX payments_with_a_live_key ON payments (created_at) WHERE idempotency_key IS NOT NULL;

COMMENT ON TABLE payments IS 'One row per intent to charge, written before the provider is asked. Rows are never deleted.';
COMMENT ON COLUMN payments.id IS 'pay_ and a UUIDv7 in hex; sent to the provider as metadata.gateway_payment_id.';
COMMENT ON COLUMN payments.scope IS 'Who made it: issuer and customer claim of a person, client id of a service. Owns the idempotency key.';
COMMENT ON COLUMN payments.idempotency_key IS 'As the caller sent it; null once it has expired.';
COMMENT ON COLUMN payments.idempotency_key_hash IS 'SHA-256 of the key in hex; outlives the key, so that an expired key is refused and never charged again.';
COMMENT ON COLUMN payments.fingerprint IS 'SHA-256 of the canonical input in hex: tells a repeated call from another one under the same key.';
COMMENT ON COLUMN payments.state IS 'What the gateway knows. Moves upwards only: RELEASED = PROCESSING < UNKNOWN < FAILED_INFERRED < PENDING = REQUIRES_ACTION < FAILED < SUCCEEDED < PARTIALLY_REFUNDED < REFUNDED.';
COMMENT ON COLUMN payments.provider_time IS 'When the present state became true, by the provider where it gave a time.';
COMMENT ON COLUMN payments.state_dedupe_key IS 'The fact in the timeline that brought the present state; null while only the claim protocol has moved the payment.';
COMMENT ON COLUMN payments.epoch IS 'Raised by every takeover. Sending and releasing need the own one.';
COMMENT ON COLUMN payments.claim_id IS 'Of the last claim or takeover: whoever lost the answer to his COMMIT finds his claim by it.';
COMMENT ON COLUMN payments.send_before IS 'The holder of the claim may write the request until then; database clock.';
COMMENT ON COLUMN payments.order_id IS 'The provider''s order, once told.';
COMMENT ON COLUMN payments.session_id IS 'The provider''s session, once told.';
COMMENT ON COLUMN payments.action IS 'The newest action the provider asked for, with checked URLs.';
COMMENT ON COLUMN payments.action_time IS 'Provider time of the update that brought the action.';
COMMENT ON COLUMN payments.amount_minor_units IS 'In minor units of the currency: what the provider charges, or what was asked for until it has said.';
COMMENT ON COLUMN payments.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN payments.amount_time IS 'Provider time of the update that brought the amount; null while it is the asked one.';
COMMENT ON COLUMN payments.payment_method_type IS 'As asked for.';
COMMENT ON COLUMN payments.payment_instrument_id IS 'As asked for. Not to be shown or logged in full.';
COMMENT ON COLUMN payments.merchant_reference_id IS 'The reference that the provider got. Not unique: callers may use theirs again.';
COMMENT ON COLUMN payments.reference_is_ours IS 'Whether the gateway made the reference, so that an order that bears it can only be this payment''s.';
COMMENT ON COLUMN payments.customer_id IS 'The provider''s customer: the caller''s word, or what the provider told.';
COMMENT ON COLUMN payments.reference_customer_id IS 'The merchant''s own id of the customer.';
COMMENT ON COLUMN payments.failure_code IS 'Why the payment failed: the provider''s code, or one of the gateway''s in upper case.';
COMMENT ON COLUMN payments.failure_message IS 'The same in words for the client.';
COMMENT ON COLUMN payments.failure_retry IS 'What the client may do about it.';
COMMENT ON COLUMN payments.rejection_code IS 'Set where the provider refused the request by a published code: a replay gives the same answer.';
COMMENT ON COLUMN payments.rejection_message IS 'The provider''s words to it.';
COMMENT ON COLUMN payments.metadata IS 'The caller''s entries in their order: [{"key", "value"}].';
COMMENT ON COLUMN payments.reconcile_after IS 'When the reconciler is to look at the payment; null: never again by itself. Pushed on by every lease.';
COMMENT ON COLUMN payments.reconcile_attempts IS 'Leases since the state last moved; pauses grow with it.';
COMMENT ON COLUMN payments.clean_lookups IS 'Lookups since then that proved that the provider does not list an order of this payment.';
COMMENT ON COLUMN payments.flagged_reason IS 'Why a person has to look at the payment.';
COMMENT ON COLUMN payments.flagged_at IS 'Since when.';
COMMENT ON COLUMN payments.created_at IS 'When the intent was claimed; database clock.';
COMMENT ON COLUMN payments.updated_at IS 'When the payment or its timeline last changed; database clock.';

CREATE TABLE payment_events (
  id          text COLLATE "C" NOT NULL CONSTRAINT payment_events_pkey PRIMARY KEY,
  payment_id  text COLLATE "C" NOT NULL CONSTRAINT event_belongs_to_a_payment REFERENCES payments (id),
  dedupe_key     text COLLATE "C" NOT NULL,
  state    text        NOT NULL,
  source      text        NOT NULL,
  occurred_at timestamptz NOT NULL,
  detail      text,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),

  CONSTRAINT one_event_per_fact UNIQUE (payment_id, dedupe_key),
  CONSTRAINT id_is_an_event_id CHECK (id ~ '^pev_[0-9a-f]{32}$'),
  CONSTRAINT fact_id_is_1_to_300_characters CHECK (char_length(dedupe_key) BETWEEN 1 AND 300),
  CONSTRAINT event_standing_is_known CHECK (state IN ('PROCESSING', 'RELEASED', 'UNKNOWN', 'FAILED_INFERRED', 'PENDING',
    'REQUIRES_ACTION', 'FAILED', 'SUCCEEDED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
  CONSTRAINT source_is_known CHECK (source IN ('CREATE_PAYMENT', 'PROVIDER_ANSWER', 'WEBHOOK', 'RECONCILIATION', 'QR_REFRESH')),
  CONSTRAINT detail_is_at_most_1000_characters CHECK (char_length(detail) <= 1000)
);

COMMENT ON TABLE payment_events IS 'The timeline: each fact once, also those that came too late to change the payment.';
COMMENT ON COLUMN payment_events.id IS 'pev_ and a UUIDv7 in hex.';
COMMENT ON COLUMN payment_events.payment_id IS 'Whose timeline it is.';
COMMENT ON COLUMN payment_events.dedupe_key IS 'Names the fact within its payment (claim:1, answer:1, webhook:…), so that telling it again adds nothing.';
COMMENT ON COLUMN payment_events.state IS 'The state that the fact speaks of.';
COMMENT ON COLUMN payment_events.source IS 'Who brought it.';
COMMENT ON COLUMN payment_events.occurred_at IS 'When it happened, by the provider where it gave a time.';
COMMENT ON COLUMN payment_events.detail IS 'A sentence for people.';
COMMENT ON COLUMN payment_events.recorded_at IS 'When it was written down; database clock.';
