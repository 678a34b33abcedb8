import { parseProviderJson } from './provider-json.js';
import { asObject, type WireObject } from './wire-values.js';

export interface Envelope {
  /** A number or a text on the wire, such as "200", "90101206" or "CUSTOMER_NOT_FOUND". Null without a usable code. */
  readonly code: string | null;
  readonly msg: unknown;
  readonly data: unknown;
  readonly total: unknown;
  readonly rows: unknown;
}

export function parseEnvelope(body: string): Envelope | null {
  const envelope = asObject(parseJson(body));
  if (envelope === null) return null;
  return { code: toCode(envelope), msg: envelope.msg, data: envelope.data, total: envelope.total, rows: envelope.rows };
}

function parseJson(body: string): unknown {
  try {
    return parseProviderJson(body);
  } catch {
    return null;
  }
}

function toCode({ code }: WireObject): string | null {
  if (typeof code === 'number') return Number.isSafeInteger(code) ? String(code) : null;
  const text = typeof code === 'string' ? code.trim() : '';
  return /^[\w-]{1,64}$/.test(text) ? text : null;
}
