import type { Order } from '../orders/order.js';

export function challengeUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/3ds/challenge?token=${token}`;
}

/** What the QR code says, and what a phone opens after scanning it. */
export function walletUrl(baseUrl: string, token: string): string {
  return `${baseUrl}/wallet/${token}`;
}

/** Opens a wallet's app where there is one. The sandbox has none, so clients fall back to the wallet page. */
export function walletDeepLink(token: string): string {
  return `sandboxwallet://pay/${token}`;
}

export function bankUrl(baseUrl: string): string {
  return `${baseUrl}/bank`;
}

/** Where the payer goes in the end: the order's own return URL as it was written, with the order and how it ended behind its query. */
export function returnAddress({ request, orderId, status }: Order): string {
  const url = new URL(request.returnUrl);
  const ending = new URLSearchParams({ orderId, status }).toString();
  url.search = url.search === '' ? ending : `${url.search}&${ending}`;
  return url.href;
}

/** The shop that the payer knows: the host of the return URL, or the scheme of its app. */
export function shopName({ request }: Order): string {
  const { origin, host, protocol } = new URL(request.returnUrl);
  return origin === 'null' ? protocol.slice(0, -1) : host;
}
