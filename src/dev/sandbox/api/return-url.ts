import { isAppScheme } from '../../../shared/net/app-scheme.js';
import { parseUrl } from '../../../shared/net/url.js';

/** An origin also stands in the pages' content security policy, where `;` would end a rule. */
const PLAIN_HOST = /^[\w.:[\]-]+$/;
const MAX_RETURN_URL_LENGTH = 2048;

export function isSafeReturnUrl(text: string): boolean {
  const url = text.length > MAX_RETURN_URL_LENGTH ? null : parseUrl(text);
  if (url === null) return false;
  const { protocol, host, username, password } = url;
  if (username !== '' || password !== '') return false;
  return isWeb(protocol) ? PLAIN_HOST.test(host) : isAppScheme(protocol.slice(0, -1));
}

function isWeb(protocol: string): boolean {
  return protocol === 'http:' || protocol === 'https:';
}
