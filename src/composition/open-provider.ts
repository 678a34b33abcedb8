import { createClinkClient, type ClinkClient } from '../clink/clink-client.js';
import type { Sandbox } from '../dev/sandbox/sandbox.js';
import { createSecret } from '../shared/secret-file.js';
import type { CompositionDeps } from './composition-deps.js';

/** Starts the embedded sandbox where no real provider is configured; null in production. */
export async function openSandbox({ config, clock, log }: CompositionDeps): Promise<Sandbox | null> {
  if (config.sandbox === null) return null;
  const { startSandbox } = await import('../dev/sandbox/sandbox.js');
  return startSandbox({
    host: '127.0.0.1',
    port: config.sandbox.port,
    apiKey: config.clink.apiKey,
    webhook: null,
    clock,
    log,
  });
}

export function openProvider(deps: CompositionDeps, sandbox: Sandbox | null): ClinkClient {
  const { config, clock, log, operatorLog } = deps;
  const { clink } = config;
  if (clink.proxy !== null) log.info({ proxy: clink.proxy.host }, 'clink.through-proxy');
  return createClinkClient({
    baseUrl: sandbox?.apiBaseUrl ?? clink.baseUrl,
    proxy: clink.proxy,
    apiKey: createSecret(clink.apiKey, clink.apiKeyFile, { clock, log }),
    timeoutMs: clink.timeoutMs,
    connections: clink.connections,
    actionUrlOrigins: clink.actionUrlOrigins,
    clock,
    log: operatorLog,
  });
}
