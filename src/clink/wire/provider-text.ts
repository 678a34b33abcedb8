import { redactText } from '../../shared/log/redact.js';
import { asText, asWritten } from './wire-values.js';

const MAX_CHARACTERS = 300;
const MAX_EXAMINED_CHARACTERS = 2_000;

/**
 * One line of at most 300 characters for logs and clients, without control characters, secrets,
 * e-mail addresses and whole instrument ids. Null where nothing is left.
 */
export function toProviderText(value: unknown): string | null {
  const text = asWritten(value);
  if (text === null) return null;
  const visible = text.slice(0, MAX_EXAMINED_CHARACTERS).replace(/[\p{C}\s]+/gu, ' ');
  const bounded = redactText(visible).slice(0, MAX_CHARACTERS);
  return asText(bounded.replace(/\p{Surrogate}/gu, '').trim());
}
