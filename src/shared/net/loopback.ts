const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether a host is this machine and nobody else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const HOST_HEADER = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/;

/**
 * Whether a request calls a server by a name of this machine, by its Host header: `127.0.0.1:4000`. A page of any site can reach a server
 * here under a name of its own that leads here, and to the browser all is of one origin then; the name gives it away. Browsers always send
 * one, so who sends none is no page.
 */
export function namesThisMachine(hostHeader: string | undefined): boolean {
  return hostHeader === undefined || isLoopback(HOST_HEADER.exec(hostHeader)?.[1] ?? '');
}
