/**
 * The URL, or null where the text is none or not absolute. Not by `URL.canParse`: in Node 20 and 22 it refuses every text with a letter
 * beyond ASCII once it was called some thousand times (its optimized form reads Latin-1 as UTF-8).
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Letters beyond ASCII, and what RFC 3986 leaves to no address though browsers take it: `|`, `{`, `^` and their kind. */
const RAW = /[^\x21-\x7e]|["<>\\^`{|}]/gu;
const PARTS = /^([^:]*:(?:\/\/)?)([^/?#]*)(.*)$/su;

/**
 * The same address in plain characters, for whoever is stricter than a browser: raw ones are percent-encoded, those of a host by its own
 * rule. What was plain stays as it was written. Throws on a text that `parseUrl` does not take.
 */
export function toPlainUrl(text: string): string {
  const [, scheme = '', authority = '', rest = ''] = PARTS.exec(text) ?? [];
  const host = toPlain(authority) === authority ? authority : toPlain(new URL(text).host);
  return `${scheme}${host}${toPlain(rest)}`;
}

function toPlain(text: string): string {
  return text.replace(RAW, encodeURIComponent);
}
