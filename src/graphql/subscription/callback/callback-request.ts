import { parseUrl } from '../../../shared/net/url.js';

type ParsedCallback =
  | { readonly kind: 'none' }
  /** With the URL as it was sent. */
  | { readonly kind: 'usable'; readonly url: string }
  | { readonly kind: 'refused'; readonly message: string };

/** More frequent heartbeats would be a flood, and timers can't wait much longer than the longest. Zero is none. */
const SHORTEST_HEARTBEAT_MS = 1_000;
const LONGEST_HEARTBEAT_MS = 3_600_000;
const MAX_TOKEN_LENGTH = 255;

/**
 * Checks `extensions.subscription` before anything is sent: the request names the URL, so only
 * listed origins may be called. Old routers write the names with underscores.
 */
export function readCallbackRequest(extensions: unknown, origins: readonly string[]): ParsedCallback {
  const asked = isRecord(extensions) ? extensions.subscription : undefined;
  if (!asked) return { kind: 'none' };
  if (origins.length === 0) return { kind: 'refused', message: CALLBACKS_OFF };
  if (!isRecord(asked)) return { kind: 'refused', message: MALFORMED };
  const url = asked.callbackUrl || asked.callback_url;
  if (!isListed(url, origins)) return { kind: 'refused', message: NOT_LISTED };
  const isWellFormed =
    isToken(asked.subscriptionId || asked.subscription_id) &&
    isToken(asked.verifier) &&
    isInterval(asked.heartbeatIntervalMs ?? asked.heartbeat_interval_ms);
  return isWellFormed ? { kind: 'usable', url } : { kind: 'refused', message: MALFORMED };
}

export function isListed(url: unknown, origins: readonly string[]): url is string {
  const parsed = typeof url === 'string' ? parseUrl(url) : null;
  if (parsed === null) return false;
  const { origin, username, password } = parsed;
  return origins.includes(origin) && username === '' && password === '';
}

const CALLBACKS_OFF =
  'Subscriptions by HTTP callback are off. An operator turns them on by listing the router’s origin in ' +
  'SUBSCRIPTION_CALLBACK_ORIGINS.';
const NOT_LISTED =
  'The callback URL is not on an origin that is listed in SUBSCRIPTION_CALLBACK_ORIGINS. Nothing was sent to it.';
const MALFORMED =
  'The callback of the subscription is not usable: it takes a callbackUrl, a subscriptionId, a verifier, and a ' +
  'heartbeatIntervalMs that is 0 or from 1000 to 3600000. Nothing was sent.';

function isToken(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TOKEN_LENGTH;
}

function isInterval(value: unknown): boolean {
  if (value === undefined || value === null || value === 0) return true;
  return Number.isInteger(value) && Number(value) >= SHORTEST_HEARTBEAT_MS && Number(value) <= LONGEST_HEARTBEAT_MS;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
