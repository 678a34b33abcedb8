-- Orders that may be a payment's: that a later lookup does not show one of them proves nothing about the payment.
ALTER TABLE payments ADD COLUMN ambiguous_orders text[] COLLATE "C" NOT NULL DEFAULT '{}';

COMMENT ON COLUMN payments.ambiguous_orders IS 'Orders that lookups showed under the caller''s own reference without any payment id, as long as nobody knows whose they are. At most what the provider lists under one reference.';
COMMENT ON COLUMN payments.clean_lookups IS 'Lookups since then that proved that the provider does not list an order of this payment: they showed every ambiguous order to be somebody else''s.';
