import { isLoopback } from '../../../shared/net/loopback.js';
import { parseUrl, toPlainUrl } from '../../../shared/net/url.js';
import { isLongerThan, isStorable } from '../../input/text.js';

/** Longer URLs are cut or refused somewhere on their way through browsers and proxies. */
const MAX_URL_LENGTH = 2048;

/** Scheme, two slashes and a host without credentials before it, which a parser alone would not insist on. */
const ABSOLUTE_WEB_URL = /^https?:\/\/[^/?#@]+(?:[/?#]|$)/i;

/** Whether a browser may be sent there: an absolute https URL, or http on a loopback host, exactly as written. */
export function isReturnUrl(text: string): boolean {
  const url = parseWebUrl(text);
  return url !== null && (url.protocol === 'https:' || isLoopback(url.hostname));
}

/** Whether a payer may be sent to an app there: an absolute URL of one of these schemes, with a path or a host and without credentials. */
export function isAppUrl(text: string, schemes: readonly string[]): boolean {
  const scheme = APP_URL.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && schemes.includes(scheme) && parsePlainUrl(text) !== null;
}
const APP_URL = /^([a-z][a-z0-9+.-]*):(?:\/\/[^/?#@]*(?:[/?#]|$)|\/(?!\/))/i;

/** Whether an image may be loaded from there: an absolute https URL. */
export function isImageUrl(text: string): boolean {
  return parseWebUrl(text)?.protocol === 'https:';
}

/** The origin (`https://shop.example`) of a URL that `isReturnUrl` takes. */
export function originOf(returnUrl: string): string {
  return new URL(returnUrl).origin;
}

function parseWebUrl(text: string): URL | null {
  const url = ABSOLUTE_WEB_URL.test(text) ? parsePlainUrl(text) : null;
  return url !== null && POSSIBLE_HOST.test(url.hostname) ? url : null;
}

/** Null where something in it would be read in two ways, or where it is too long in the plain characters that it is sent in. */
function parsePlainUrl(text: string): URL | null {
  if (isLongerThan(text, MAX_URL_LENGTH) || !isStorable(text) || MISREAD.test(text)) return null;
  const url = parseUrl(text);
  return url === null || toPlainUrl(text).length > MAX_URL_LENGTH ? null : url;
}
/** Dropped or turned round by some parser, or by what shows the address to a person. */
const MISREAD = /[\s\\\p{Bidi_Control}]/u;

const LABEL = '[a-z0-9_](?:[\\w-]*[a-z0-9_])?';
/** Names of labels, and addresses. A parser takes hosts of mere punctuation as well, where no payer would ever arrive. */
const POSSIBLE_HOST = new RegExp(`^(?:\\[[0-9a-f:.]+\\]|${LABEL}(?:\\.${LABEL})*\\.?)$`);
