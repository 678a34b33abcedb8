import { MAX_ID_LENGTH } from '../../payments/model/payment.js';
import { isVisibleAscii } from '../../shared/text.js';

export type WireObject = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): WireObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireObject) : null;
}

/** The text unchanged; null for blanks, and for "null", which the provider writes for an absent value. */
export function asText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' || trimmed === 'null' ? null : value;
}

/** A text, or the digits of a whole number, as ids and codes may be. Zero stands for an absent value. */
export function asWritten(value: unknown): string | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? String(value) : asText(value);
}

/** Visible ASCII of at most 255 characters, fit for URLs, logs and columns. */
export function asId(value: unknown): string | null {
  const id = asWritten(value)?.trim() ?? '';
  return isVisibleAscii(id) && id.length <= MAX_ID_LENGTH ? id : null;
}

export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const text = asText(value)?.trim() ?? '';
  return PLAIN_NUMBER.test(text) ? Number(text) : null;
}

const PLAIN_NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/;

/** Milliseconds since the Unix epoch. */
export function asEpochMs(value: unknown): number | null {
  const number = asNumber(value);
  if (number === null || number <= 0) return null;
  return toDateMs(Math.floor(toMilliseconds(number)));
}

/** The provider writes milliseconds, and has written seconds. As milliseconds, smaller numbers are before 2001. */
export function toMilliseconds(stamp: number): number {
  return stamp < FIRST_MILLISECOND_STAMP ? stamp * 1000 : stamp;
}

export function toDateMs(timeMs: number): number | null {
  return timeMs <= LAST_DATE_MS ? timeMs : null;
}

const FIRST_MILLISECOND_STAMP = 1e12;
const LAST_DATE_MS = 8.64e15;
