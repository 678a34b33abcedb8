import { isLoopback } from './loopback.js';

/**
 * The URL, or null where the text is not an absolute one. `URL.canParse` of Node 20 and 22 refuses every text with
 * a letter beyond ASCII after some thousand calls (its optimized form reads Latin-1 as UTF-8).
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Scheme, two slashes and a host without credentials before it, which a parser alone would not insist on. */
const WEB_URL = /^https?:\/\/[^/?#@]+(?:[/?#]|$)/i;

/** The absolute http or https URL without credentials, or null where the text is none or has a refused character. */
export function parseWebUrl(text: string, refused: RegExp): URL | null {
  return WEB_URL.test(text) && !refused.test(text) ? parseUrl(text) : null;
}

/** Whether a browser may be sent to the web URL: https, or http on this machine. */
export function isForBrowsers({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname);
}

const RAW = /[^\x21-\x7e]|["<>\\^`{|}]/gu;
const PARTS = /^([^:]*:(?:\/\/)?)([^/?#]*)(.*)$/su;

/**
 * The same address in the characters of RFC 3986: others are percent-encoded, those of a host by its own rule.
 * Throws on a text that `parseUrl` does not take.
 */
export function toPlainUrl(text: string): string {
  const [, scheme = '', authority = '', rest = ''] = PARTS.exec(text) ?? [];
  const host = toPlain(authority) === authority ? authority : toPlain(new URL(text).host);
  return `${scheme}${host}${toPlain(rest)}`;
}

function toPlain(text: string): string {
  return text.replace(RAW, encodeURIComponent);
}
