/** A JSON object of the provider's, not yet believed. */
export type WireObject = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): WireObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireObject) : null;
}

/** A text as it stands; null for anything else, for blanks, and for the word "null", which the provider writes for an absent value. */
export function asText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' || trimmed === 'null' ? null : value;
}

/** A text as it stands, or the digits of a whole number: an id or a code may be a JSON number. Zero is how some languages write none. */
export function asWritten(value: unknown): string | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? String(value) : asText(value);
}

/** An id: visible ASCII, at most 255 characters, so that it can stand in URLs, logs and columns. Anything else is null. */
export function asId(value: unknown): string | null {
  const id = asWritten(value)?.trim() ?? '';
  return PROVIDER_ID.test(id) ? id : null;
}

const PROVIDER_ID = /^[\x21-\x7e]{1,255}$/;

/** A finite number, also one that came as plain decimal text; else null. */
export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const text = asText(value)?.trim() ?? '';
  return PLAIN_NUMBER.test(text) ? Number(text) : null;
}

const PLAIN_NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/;

/** Milliseconds since the Unix epoch from milliseconds or seconds: the provider uses both, and before 1e12 (2001 in ms) it can only mean seconds. Null for anything that is no time after 1970. */
export function asEpochMs(value: unknown): number | null {
  const number = asNumber(value);
  if (number === null || number <= 0) return null;
  const timeMs = Math.floor(number < FIRST_MILLISECOND_STAMP ? number * 1000 : number);
  return toDateMs(timeMs);
}

/** The time, unless no Date can hold it: a later one would crash whoever formats it. */
export function toDateMs(timeMs: number): number | null {
  return timeMs <= LAST_DATE_MS ? timeMs : null;
}

const FIRST_MILLISECOND_STAMP = 1e12;
const LAST_DATE_MS = 8.64e15;

/** Whether a text can be kept as it is: no NUL and no half of a surrogate pair, which databases refuse. */
export function isStorableText(text: string): boolean {
  return !UNSTORABLE.test(text);
}

const UNSTORABLE = /\u0000|\p{Surrogate}/u;
