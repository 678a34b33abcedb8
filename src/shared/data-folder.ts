import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StartError } from './start-error.js';

/** Makes the data folder where it isn't there. Throws StartError where it can't be made. */
export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(resolve(dataDir));
  } catch (error) {
    throw unusableDataFolder(dataDir, error);
  }
}

/** What to say where the data folder can't be used for this reason. */
export function unusableDataFolder(dataDir: string, cause: unknown): StartError {
  const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
  return new StartError(
    `The data folder ${dataDir} can not be used (${code}): set DATA_DIR to a folder that this user may write in.`,
    { cause },
  );
}

/** One by one, as the recursive way of Node tries for ever where the system says that a parent that is there is not (in /proc). */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // Another process has made it meanwhile.
  });
}
