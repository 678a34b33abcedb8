-- What a catalogue price was for, so that other parts of a graph can say more about it.
ALTER TABLE payments
  ADD COLUMN product_id text,
  ADD CONSTRAINT product_id_is_1_to_255_characters CHECK (char_length(product_id) BETWEEN 1 AND 255);

COMMENT ON COLUMN payments.product_id IS 'The provider''s product of a catalogue price; null for an amount given directly, and for payments made before it was kept.';
