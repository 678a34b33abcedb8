import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeDataFolder, unusableDataFolder } from '../../shared/data-folder.js';
import { StoreStartError } from '../../store/database/start-error.js';
import { findErrorCode } from '../../store/database/store-errors.js';

export interface DataDirLock {
  release(): void;
}

/**
 * Takes the data folder for this process; throws StoreStartError where another gateway has it. The
 * lock is the system's own on the open file (flock): it holds between containers that share the
 * folder, and ends with the process in any way. Node has no call for it: a child locks the file
 * that it inherits, and the lock stays with this process, which has it open by the same
 * description, when the child ends.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await makeDataFolder(dataDir);
  const file = openLockFile(dataDir);
  try {
    if (!tryLock(file)) throw new StoreStartError(toTakenSentence(dataDir, readFileSync(file, 'utf8')));
    ftruncateSync(file);
    writeSync(file, `process ${process.pid} on ${hostname()}`);
    return {
      release: () => {
        closeSync(file);
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Never deleted: a lock on a file that is no longer in its folder keeps no process out. */
function openLockFile(dataDir: string): number {
  try {
    return openSync(join(dataDir, 'gateway.lock'), constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch (error) {
    throw unusableDataFolder(dataDir, error);
  }
}

function toTakenSentence(dataDir: string, holder: string): string {
  return (
    `The data folder ${dataDir} is in use by ${holder}. ` +
    'One folder serves one gateway: stop that one, or set DATA_DIR to another folder.'
  );
}

/**
 * Each locks file descriptor 3, or ends with 1 where another process has it. Small images of Linux
 * have the first, macOS the second.
 */
const LOCKERS = [
  ['flock', '-n', '3'],
  [
    'perl',
    '-MFcntl=:flock',
    '-e',
    'open($f, "+<&=3") || die; exit(flock($f, LOCK_EX | LOCK_NB) ? 0 : $!{EWOULDBLOCK} ? 1 : 2)',
  ],
] as const;

function tryLock(file: number): boolean {
  for (const [command, ...args] of LOCKERS) {
    const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore', file] });
    if (findErrorCode(error) === 'ENOENT') continue;
    if (status === 0 || status === 1) return status === 0;
    throw new StoreStartError(
      `The data folder is on a file system that keeps no locks (${command} ended with ${status ?? 'a signal'}): ` +
        'set DATA_DIR to a folder on another.',
    );
  }
  throw new StoreStartError(
    'The data folder can not be locked, as this machine has neither flock nor perl: ' +
      'install flock (util-linux), or set DATABASE_URL.',
  );
}
