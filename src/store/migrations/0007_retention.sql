-- Events are deleted some time after they were decided; contested ones stay.
CREATE INDEX webhooks_by_decision ON webhook_inbox (decided_at) WHERE state IN ('stored', 'given_up');

COMMENT ON TABLE webhook_inbox IS 'Every event of the provider once, with what a match needs now or later. No bodies. Decided events are deleted after a month, contested ones never.';
COMMENT ON TABLE rate_windows IS 'New payments since the window began, by caller and by instrument, over all replicas. Windows that are long over are deleted.';
