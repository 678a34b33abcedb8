/** How long an idempotency key answers with its payment. After that its hash is kept, so that using it again is refused and never charges. */
export const KEY_RETENTION_DAYS = 30;
