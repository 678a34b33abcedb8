import { isLoopback } from '../../../shared/loopback.js';
import { parseUrl } from '../../../shared/url.js';
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

/** Whether an image may be loaded from there: an absolute https URL. */
export function isImageUrl(text: string): boolean {
  return parseWebUrl(text)?.protocol === 'https:';
}

/** The origin (`https://shop.example`) of a URL that `isReturnUrl` takes. */
export function originOf(returnUrl: string): string {
  return new URL(returnUrl).origin;
}

function parseWebUrl(text: string): URL | null {
  if (isLongerThan(text, MAX_URL_LENGTH) || !isStorable(text)) return null;
  if (/[\s\\\p{Cc}]/u.test(text) || !ABSOLUTE_WEB_URL.test(text)) return null;
  const url = parseUrl(text);
  return url !== null && POSSIBLE_HOST.test(url.hostname) ? url : null;
}

const LABEL = '[a-z0-9_](?:[\\w-]*[a-z0-9_])?';
/** Names of labels, and addresses. A parser takes hosts of mere punctuation as well, where no payer would ever arrive. */
const POSSIBLE_HOST = new RegExp(`^(?:\\[[0-9a-f:.]+\\]|${LABEL}(?:\\.${LABEL})*\\.?)$`);
