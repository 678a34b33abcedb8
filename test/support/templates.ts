import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMBEDDED_DATABASE } from '../../src/dev/embedded-store/pglite.database.js';
import { systemClock } from '../../src/shared/clock.js';
import { copyFolder, keepTemplate } from './folders.js';

/**
 * Puts an empty embedded database into a data folder. To make one takes seconds of processor time, so it is made once per machine and
 * version of PGlite and copied from then on.
 */
export async function copyEmbeddedDatabase(dataDir: string): Promise<void> {
  const template = join(tmpdir(), `gateway-template-pglite-${pgliteVersion()}`);
  if (!existsSync(template)) {
    const draft = mkdtempSync(join(tmpdir(), 'gateway-template-draft-'));
    await (await EMBEDDED_DATABASE.open(draft, systemClock)).close();
    keepTemplate(join(draft, 'postgres'), template);
    rmSync(draft, { recursive: true, force: true });
  }
  mkdirSync(dataDir, { recursive: true });
  copyFolder(template, join(dataDir, 'postgres'));
}

/** Names the template by what it was made with: another version makes its own. */
function pgliteVersion(): string {
  const manifest = join(__dirname, '../../node_modules/@electric-sql/pglite/package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
