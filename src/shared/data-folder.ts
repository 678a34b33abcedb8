import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StartError } from './start-error.js';

export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(resolve(dataDir));
  } catch (error) {
    throw unusableDataFolder(dataDir, error);
  }
}

export function unusableDataFolder(dataDir: string, cause: unknown): StartError {
  const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
  return new StartError(
    `The data folder ${dataDir} can not be used (${code}): set DATA_DIR to a folder that this user may write in.`,
    { cause },
  );
}

/** One by one: the recursive way of Node never ends where the system denies an existing parent (/proc). */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // Another process has made it meanwhile.
  });
}
