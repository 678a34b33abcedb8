/** How long an idempotency key answers with its payment; its hash is kept longer, and a call with it is refused. */
export const KEY_RETENTION_DAYS = 30;
