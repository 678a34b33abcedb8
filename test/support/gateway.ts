import { startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { createLog } from '../../src/shared/log.js';

export interface Gateway {
  readonly url: string;
  readonly sandboxUrl: string;
  close(): Promise<void>;
}

/** Starts a whole gateway with its sandbox in this process, on free ports. */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const config = readConfig({ PORT: '0', SANDBOX_PORT: '0', LOG_LEVEL: 'silent', ...env });
  const app = await startApp(config, createLog(config.logLevel));
  if (app.sandboxUrl === null) throw new Error('this gateway has no sandbox: leave CLINK_API_KEY unset');
  return { url: app.url, sandboxUrl: app.sandboxUrl, close: () => app.close() };
}
