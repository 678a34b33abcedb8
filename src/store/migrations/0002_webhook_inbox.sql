-- The provider's events, and the lookups that they ask for.

CREATE TABLE webhook_inbox (
  id                    text COLLATE "C" NOT NULL CONSTRAINT webhook_inbox_pkey PRIMARY KEY,
  type                  text        NOT NULL,
  occurred_at           timestamptz NOT NULL,
  received_at           timestamptz NOT NULL,
  order_id              text COLLATE "C",
  gateway_payment_id    text COLLATE "C",
  merchant_reference_id text COLLATE "C",
  update                  jsonb,
  asks_lookup           boolean     NOT NULL,
  state                 text        NOT NULL,
  payment_id            text COLLATE "C" CONSTRAINT webhook_belongs_to_a_payment REFERENCES payments (id),
  decided_at            timestamptz,

  CONSTRAINT webhook_ids_are_1_to_255_characters CHECK (
    char_length(id) BETWEEN 1 AND 255 AND char_length(type) BETWEEN 1 AND 255
    AND char_length(order_id) BETWEEN 1 AND 255 AND char_length(gateway_payment_id) BETWEEN 1 AND 255
    AND char_length(merchant_reference_id) BETWEEN 1 AND 255),
  CONSTRAINT news_is_an_object CHECK (jsonb_typeof(update) = 'object'),
  CONSTRAINT state_is_known CHECK (state IN ('waiting', 'stored', 'contested', 'given_up')),
  CONSTRAINT only_news_or_a_lookup_waits CHECK (state <> 'waiting' OR update IS NOT NULL OR asks_lookup),
  CONSTRAINT waiting_is_undecided CHECK ((state = 'waiting') = (decided_at IS NULL)),
  CONSTRAINT waiting_has_no_payment CHECK (state NOT IN ('waiting', 'given_up') OR payment_id IS NULL),
  CONSTRAINT contested_names_the_payment CHECK (state <> 'contested' OR payment_id IS NOT NULL)
);

CREATE INDEX webhooks_waiting_by_order ON webhook_inbox (order_id) WHERE state = 'waiting';
CREATE INDEX webhooks_waiting_by_arrival ON webhook_inbox (received_at, id) WHERE state = 'waiting';
CREATE INDEX webhooks_by_payment ON webhook_inbox (payment_id) WHERE payment_id IS NOT NULL;

COMMENT ON TABLE webhook_inbox IS 'Every event of the provider once, with what a match needs now or later. No bodies.';
COMMENT ON COLUMN webhook_inbox.id IS 'The provider''s; a second delivery of it changes nothing.';
COMMENT ON COLUMN webhook_inbox.type IS 'As the provider writes it: order.succeeded.';
COMMENT ON COLUMN webhook_inbox.occurred_at IS 'When it happened, by the provider.';
COMMENT ON COLUMN webhook_inbox.received_at IS 'When it arrived; the gateway''s clock.';
COMMENT ON COLUMN webhook_inbox.order_id IS 'The order that it is about: the first thing a payment is found by.';
COMMENT ON COLUMN webhook_inbox.gateway_payment_id IS 'The payment id in the order''s metadata: the second.';
COMMENT ON COLUMN webhook_inbox.merchant_reference_id IS 'The order''s reference: the third, where it is the id of a payment whose reference the gateway made.';
COMMENT ON COLUMN webhook_inbox.update IS 'What its payment learns, ready to be merged; minorUnits of the amount is text. Null: nothing that may be believed.';
COMMENT ON COLUMN webhook_inbox.asks_lookup IS 'Whether the provider is to be asked about the order.';
COMMENT ON COLUMN webhook_inbox.state IS 'waiting for a payment to be found; stored with its payment (null: it concerns none); contested: of another order than its payment''s; given_up: waited in vain.';
COMMENT ON COLUMN webhook_inbox.payment_id IS 'The payment that it was found to be about.';
COMMENT ON COLUMN webhook_inbox.decided_at IS 'When it stopped waiting; database clock. Null while it waits.';

ALTER TABLE payments ADD COLUMN lookup_asked_at timestamptz;
COMMENT ON COLUMN payments.lookup_asked_at IS 'When an event last asked for a lookup that has not been answered since. Outlives every move of the state.';
