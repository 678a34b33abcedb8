import { startConnectProxy } from '../support/connect-proxy.js';

/** A way for gateways to the provider, as settings of theirs. */
export interface WayToProvider {
  readonly env: Readonly<Record<string, string>>;
  /** Throws where something else than tunnels was used. */
  close(): Promise<void>;
}

/** At most once holds on all of them. */
export const WAYS_TO_PROVIDER: readonly { readonly way: string; open(): Promise<WayToProvider> }[] = [
  { way: 'reaching the provider directly', open: () => Promise.resolve({ env: {}, close: () => Promise.resolve() }) },
  { way: 'reaching the provider through a proxy', open: openProxied },
];

async function openProxied(): Promise<WayToProvider> {
  const proxy = await startConnectProxy('gateways:password-of-the-fault-suites');
  return {
    env: { HTTP_PROXY: proxy.url.href },
    close: async () => {
      await proxy.close();
      if (proxy.tunnels.length === 0 || proxy.forwardCount() > 0)
        throw new Error('the proxy was not asked for tunnels');
    },
  };
}
