import type { Order } from '../orders/order.js';

export function challengeUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/3ds/challenge?token=${token}`;
}

export function walletUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/wallet/${token}`;
}

export function walletDeepLink(token: string): string {
  return `sandboxwallet://pay/${token}`;
}

export function bankUrl(baseUrl: string): string {
  return `${baseUrl}/bank`;
}

/** The order's return URL as it was written, with the order and its status added to the query. */
export function returnAddress({ request, orderId, status }: Order): string {
  const url = new URL(request.returnUrl);
  const ending = new URLSearchParams({ orderId, status }).toString();
  url.search = url.search === '' ? ending : `${url.search}&${ending}`;
  return url.href;
}

export function shopName({ request }: Order): string {
  const { origin, host, protocol } = new URL(request.returnUrl);
  return origin === 'null' ? protocol.slice(0, -1) : host;
}
