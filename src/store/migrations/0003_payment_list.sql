-- A caller's payments, newest first: a page is read from the index without sorting. The id decides between payments made at once.
CREATE INDEX payments_by_scope_newest_first ON payments (scope, created_at DESC, id DESC);
