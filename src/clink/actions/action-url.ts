import { isLoopback } from '../../shared/net/loopback.js';
import { parseUrl } from '../../shared/net/url.js';

/** Longer ones are cut by some browsers and servers, so they would not work everywhere. */
const MAX_URL_CHARACTERS = 4_096;
/** Blanks, controls, invisible and reordering characters, halves of surrogate pairs, and the backslash that browsers read as a slash. */
const DECEPTIVE_CHARACTER = /[\s\p{C}\\]/u;

/**
 * Whether a payer's browser may be sent to the URL: absolute https (http on this machine only), no credentials, nothing that reads
 * differently than it looks, and one of the origins, where any are given. The text itself is passed on unchanged.
 */
export function isBrowserUrl(text: string, origins: readonly string[]): boolean {
  const url = parseWebUrl(text);
  if (url === null) return false;
  return origins.length === 0 || origins.includes(url.origin);
}

/** Schemes that run code or read the payer's files where a link to an app is expected. */
const REFUSED_APP_SCHEMES: ReadonlySet<string> = new Set(['javascript', 'data', 'vbscript', 'file', 'blob']);

/** Whether a link may open an app on the payer's phone: any scheme but those that run code or read files. */
export function isAppUrl(text: string): boolean {
  if (text.length > MAX_URL_CHARACTERS || DECEPTIVE_CHARACTER.test(text)) return false;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && !REFUSED_APP_SCHEMES.has(scheme);
}

function parseWebUrl(text: string): URL | null {
  if (text.length > MAX_URL_CHARACTERS || DECEPTIVE_CHARACTER.test(text)) return null;
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (authority === undefined || authority.includes('@')) return null;
  const url = parseUrl(text);
  return url !== null && (url.protocol === 'https:' || isLoopback(url.hostname)) ? url : null;
}
