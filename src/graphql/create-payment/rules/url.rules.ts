import { isForBrowsers, parseUrl, parseWebUrl, toPlainUrl } from '../../../shared/net/url.js';
import { isLongerThan } from '../../../shared/text.js';

const MAX_URL_LENGTH = 2048;
/** Some parsers drop these or turn them round, and so do some displays of addresses. */
const MISREAD = /[\s\\\p{Control}\p{Surrogate}\p{Bidi_Control}]/u;

export function parseReturnUrl(text: string): URL | null {
  const url = parsePageUrl(text);
  return url !== null && isForBrowsers(url) ? url : null;
}

export function isImageUrl(text: string): boolean {
  return parsePageUrl(text)?.protocol === 'https:';
}

/** Whether the text is a URL of one of the schemes, with a path or a host, without credentials. */
export function isAppUrl(text: string, schemes: readonly string[]): boolean {
  const scheme = APP_URL.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !schemes.includes(scheme) || MISREAD.test(text)) return false;
  return !isLongerThan(text, MAX_URL_LENGTH) && parseUrl(text) !== null && isShortWhenSent(text);
}
const APP_URL = /^([a-z][a-z0-9+.-]*):(?:\/\/[^/?#@]*(?:[/?#]|$)|\/(?!\/))/i;

function parsePageUrl(text: string): URL | null {
  const url = isLongerThan(text, MAX_URL_LENGTH) ? null : parseWebUrl(text, MISREAD);
  return url !== null && POSSIBLE_HOST.test(url.hostname) && isShortWhenSent(text) ? url : null;
}

/** A URL is sent in plain characters, which can be three times as long. */
function isShortWhenSent(text: string): boolean {
  return toPlainUrl(text).length <= MAX_URL_LENGTH;
}

const LABEL = '[a-z0-9_](?:[\\w-]*[a-z0-9_])?';
/** Labels, and addresses. A parser takes hosts of mere punctuation as well, which no payer would ever reach. */
const POSSIBLE_HOST = new RegExp(`^(?:\\[[0-9a-f:.]+\\]|${LABEL}(?:\\.${LABEL})*\\.?)$`);
