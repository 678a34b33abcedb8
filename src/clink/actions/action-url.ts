import { isForBrowsers, parseWebUrl } from '../../shared/net/url.js';

const MAX_URL_CHARACTERS = 4_096;
/** Blanks, control, invisible and reordering characters, lone surrogates, and the backslash, a slash to browsers. */
const DECEPTIVE_CHARACTER = /[\s\p{C}\\]/u;

/**
 * Whether a payer's browser may be sent there: https (http on this machine), no credentials, one of
 * the origins (any, where the list is empty). The text itself is passed on unchanged.
 */
export function isBrowserUrl(text: string, origins: readonly string[]): boolean {
  const url = text.length > MAX_URL_CHARACTERS ? null : parseWebUrl(text, DECEPTIVE_CHARACTER);
  if (url === null || !isForBrowsers(url)) return false;
  return origins.length === 0 || origins.includes(url.origin);
}

const REFUSED_APP_SCHEMES: ReadonlySet<string> = new Set(['javascript', 'data', 'vbscript', 'file', 'blob']);

export function isAppUrl(text: string): boolean {
  if (text.length > MAX_URL_CHARACTERS || DECEPTIVE_CHARACTER.test(text)) return false;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && !REFUSED_APP_SCHEMES.has(scheme);
}
