/** No payer waits longer; a provider that asks for more is not believed. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The wait of a Retry-After header: seconds or an HTTP date in any of its forms (RFC 9110 §10.2.3). */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | null {
  const waitMs = header === null ? null : toWaitMs(header.trim(), nowMs);
  return waitMs === null ? null : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}

function toWaitMs(text: string, nowMs: number): number | null {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const isAsctime = ASCTIME.test(text);
  if (!isAsctime && !/^[A-Za-z]{3,9},? .* GMT$/.test(text)) return null;
  const dateMs = Date.parse(isAsctime ? `${text} GMT` : text);
  return Number.isNaN(dateMs) ? null : dateMs - nowMs;
}

const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
