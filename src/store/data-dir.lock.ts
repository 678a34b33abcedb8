import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.js';
import { StoreStartError } from './start-error.js';
import { findErrorCode } from './store-errors.js';

export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process; throws StoreStartError where another running process has it.
 *
 * The lock is a row of numbered files. The highest number names the holder; whoever finds him dead (or gone) makes the file with the next
 * number. `link` makes a file at once and whole or not at all, so of any number of processes that found the same holder dead one wins, and
 * the others look again. Since the highest number is never deleted, no late comer can mistake an old finding for the present one. A killed
 * process leaves its file behind and blocks nobody: a process is named by its number and its time of birth.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true });
  for (;;) {
    const present = await findHighest(dataDir);
    const holder = await readHolder(dataDir, present);
    if (holder === 'superseded') continue;
    if (holder !== 'free' && isRunning(holder)) throw new StoreStartError(toTakenSentence(dataDir, holder));
    const next = present + 1;
    if (!(await tryCreate(dataDir, next))) continue;
    if ((await findHighest(dataDir)) === next) {
      await removeBelow(dataDir, next);
      return { release: () => markFree(dataDir, next) };
    }
    await rm(lockFile(dataDir, next)); // Others have come and gone meanwhile, and their files of this number too.
  }
}

function toTakenSentence(dataDir: string, { pid }: ProcessIdentity): string {
  return `The data folder ${dataDir} is in use by process ${pid}. One folder serves one gateway: stop that process, or set DATA_DIR to another folder.`;
}

const LOCK_FILE = /^gateway\.(\d{1,12})\.lock$/;

function lockFile(dataDir: string, number: number): string {
  return join(dataDir, `gateway.${number}.lock`);
}

/** 0 where nobody ever held the folder. */
async function findHighest(dataDir: string): Promise<number> {
  return Math.max(0, ...(await listNumbers(dataDir)));
}

async function listNumbers(dataDir: string): Promise<number[]> {
  return (await readdir(dataDir)).flatMap((name) => {
    const number = LOCK_FILE.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

async function readHolder(dataDir: string, number: number): Promise<ProcessIdentity | 'free' | 'superseded'> {
  if (number === 0) return 'free';
  try {
    const holder = JSON.parse(await readFile(lockFile(dataDir, number), 'utf8')) as ProcessIdentity | null;
    return holder ?? 'free';
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT') return 'superseded';
    if (error instanceof SyntaxError) return 'free'; // Written whole, so only a machine that lost its power leaves such a file.
    throw error;
  }
}

async function tryCreate(dataDir: string, number: number): Promise<boolean> {
  const draft = join(dataDir, `gateway.${randomUUID()}.draft`);
  await writeFile(draft, JSON.stringify(identifyProcess(process.pid)));
  try {
    await link(draft, lockFile(dataDir, number));
    return true;
  } catch (error) {
    if (findErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeBelow(dataDir: string, number: number): Promise<void> {
  const older = (await listNumbers(dataDir)).filter((candidate) => candidate < number);
  await Promise.all(older.map((candidate) => rm(lockFile(dataDir, candidate), { force: true })));
}

async function markFree(dataDir: string, number: number): Promise<void> {
  const draft = join(dataDir, `gateway.${randomUUID()}.draft`);
  await writeFile(draft, 'null');
  await rename(draft, lockFile(dataDir, number));
}
