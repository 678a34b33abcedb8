import { redactText } from '../../shared/log/redact.js';
import { asText, asWritten } from './wire-values.js';

/** Longest text of the provider's that is passed on. */
const MAX_CHARACTERS = 300;
/** Redaction looks at a bounded text; what lies beyond is not passed on anyway. */
const MAX_EXAMINED_CHARACTERS = 2_000;

/**
 * A sentence of the provider's that may be shown and logged: on one line, without control and invisible characters, without anything
 * that looks like a secret, an e-mail address or a whole instrument id, at most 300 characters. Null where nothing is left.
 */
export function toProviderText(value: unknown): string | null {
  const text = asWritten(value);
  if (text === null) return null;
  const visible = text.slice(0, MAX_EXAMINED_CHARACTERS).replace(/[\p{C}\s]+/gu, ' ');
  const bounded = redactText(visible).slice(0, MAX_CHARACTERS);
  return asText(bounded.replace(/\p{Surrogate}/gu, '').trim());
}
