import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../src/app.js';
import { readConfig } from '../../src/config/config.js';
import { createLog } from '../../src/shared/log/log.js';
import { searchedOutput } from './output-search.js';
import { copyEmbeddedDatabase } from './templates.js';

export interface Gateway {
  readonly url: string;
  /** Empty where the test brings a provider of its own. */
  readonly sandboxUrl: string;
  /** Every line logged so far. */
  readonly logLines: readonly string[];
  close(): Promise<void>;
}

/** Starts a whole gateway, with its sandbox unless `env` names another provider, in this process, on free ports and with a data folder of its own. What it logs is searched for secrets. */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-'));
  if (env.DATABASE_URL === undefined) await copyEmbeddedDatabase(dataDir);
  const config = readConfig({
    ...{ PORT: '0', SANDBOX_PORT: '0', DATA_DIR: dataDir },
    // It shares its process with the test and its machine with others: being late says nothing about load here.
    ...{ MAX_EVENT_LOOP_DELAY_MS: '60000' },
    ...env,
  });
  const logLines: string[] = [];
  const app = await startApp(
    config,
    createLog(
      'debug',
      searchedOutput((line) => void logLines.push(line)),
    ),
  );
  const close = async (): Promise<void> => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: app.url, sandboxUrl: app.sandboxUrl ?? '', logLines, close };
}

/** Replaces whatever faults were set in the sandbox. */
export async function setFaults(
  { sandboxUrl }: Pick<Gateway, 'sandboxUrl'>,
  faults: Readonly<Record<string, unknown>>,
): Promise<void> {
  await fetch(`${sandboxUrl}/sandbox/faults`, { method: 'DELETE' });
  await fetch(`${sandboxUrl}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
}
