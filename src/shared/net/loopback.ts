const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const HOST_HEADER = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/;

/**
 * Whether a Host header names this machine: `127.0.0.1:4000`. A page of any site can reach a server here under a
 * name of its own, as of the same origin; the header shows that. Browsers always send one.
 */
export function namesThisMachine(hostHeader: string | undefined): boolean {
  return hostHeader === undefined || isLoopback(HOST_HEADER.exec(hostHeader)?.[1] ?? '');
}
