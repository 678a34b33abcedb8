import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lockDataDir } from '../../../src/dev/embedded-store/data-dir.lock.js';
import { openStore } from '../../../src/store/open-store.js';
import { StoreStartError } from '../../../src/store/database/start-error.js';
import { claim, newClaim, ofLocal } from '../../store/support/payments.fixture.js';
import { embeddedOptions } from '../../store/support/test-store-options.js';
import { copyEmbeddedDatabase } from '../../support/templates.js';
import { newDataDir } from '../../store/support/test-stores.js';

const CHILDREN = join(__dirname, 'children');
const TYPESCRIPT = join(__dirname, '../../support/typescript.cjs');

/** A process numbering of its own, as containers have. Needs root, or user namespaces. */
const CONTAINER = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc'];

interface Child {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves when so many lines are printed, or the process has ended. */
  said(lines: number): Promise<void>;
  readonly ended: Promise<unknown>;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startChild(dataDir: string, program = 'claiming.ts', prefix: readonly string[] = []): Child {
  const [command = '', ...words] = [...prefix, process.execPath];
  const child = spawn(command, [...words, '-r', TYPESCRIPT, join(CHILDREN, program), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const said = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (lines.length >= count) resolve();
      };
      output.on('line', look);
      void ended.then(() => {
        resolve();
      });
      look();
    });
  return { process: child, lines, said, ended };
}

async function dataDirOfEmptyStore(): Promise<string> {
  const dataDir = newDataDir();
  await copyEmbeddedDatabase(dataDir);
  return dataDir;
}

async function untilExists(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function takenBy(dataDir: string, pid: number | undefined): string {
  return (
    `The data folder ${dataDir} is in use by process ${pid} on ${hostname()}. ` +
    'One folder serves one gateway: stop that one, or set DATA_DIR to another folder.'
  );
}

describe('the embedded store', () => {
  it('has every answered claim after kill -9, and the folder is free', async () => {
    const dataDir = await dataDirOfEmptyStore();
    const child = startChild(dataDir);
    await child.said(200);
    child.process.kill('SIGKILL');
    await child.ended;
    const answered = child.lines.slice(1);

    const store = await openStore(embeddedOptions(dataDir));
    const found = await store.payments.findByIds(ofLocal(answered));
    await store.close();

    expect(answered.length).toBeGreaterThanOrEqual(199);
    expect(found).not.toContain(null);
  });

  it('serves one of several processes that find a dead one’s folder at the same moment', async () => {
    const dataDir = await dataDirOfEmptyStore();
    const dead = startChild(dataDir, 'locking.ts');
    await dead.said(1);
    dead.process.kill('SIGKILL');
    await dead.ended;

    const started = Array.from({ length: 4 }, () => startChild(dataDir));
    await Promise.all(started.map((child) => child.said(1)));

    const serving = started.filter(({ lines }) => lines[0] === 'open');
    const refused = started.filter(({ lines }) => lines[0] !== 'open');
    serving[0]?.process.kill('SIGKILL');
    await Promise.all(started.map(({ ended }) => ended));
    expect(serving).toHaveLength(1);
    expect(refused.map(({ lines }) => lines)).toEqual(
      Array(3).fill([`StoreStartError: ${takenBy(dataDir, serving[0]?.process.pid)}`]),
    );
  });

  it('opens again with all it had after it was closed', async () => {
    const dataDir = await dataDirOfEmptyStore();
    const first = await openStore(embeddedOptions(dataDir));
    const { payment } = await claim(first, newClaim());
    await first.close();

    const second = await openStore(embeddedOptions(dataDir));
    const found = await second.payments.findByIds(ofLocal([payment.id]));
    await second.close();

    expect(found).toEqual([payment]);
  });

  it('says so when the files are not a store', async () => {
    const dataDir = newDataDir();
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), 'something else');

    await expect(openStore(embeddedOptions(dataDir))).rejects.toMatchObject({
      name: 'StoreStartError',
      message:
        `The embedded store in ${dataDir} can not be opened: its files are damaged, of another ` +
        'version, or not writable. Move the folder away to begin with an empty store.',
    });
  });

  it('starts anew where the first start was stopped half-way', async () => {
    const dataDir = newDataDir();
    const child = startChild(dataDir);
    await untilExists(join(dataDir, 'postgres.draft', 'PG_VERSION'));
    child.process.kill('SIGKILL');
    await child.ended;

    const store = await openStore(embeddedOptions(dataDir));

    await expect(store.payments.assertReady()).resolves.toBeUndefined();
    await store.close();
  });
});

describe('lockDataDir', () => {
  it('refuses a folder that this very process has', async () => {
    const dataDir = newDataDir();
    await lockDataDir(dataDir);

    await expect(lockDataDir(dataDir)).rejects.toThrow(new StoreStartError(takenBy(dataDir, process.pid)));
  });

  it('gives the folder to exactly one of many at once, again and again', async () => {
    const dataDir = newDataDir();

    for (let round = 0; round < 20; round++) {
      const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataDir(dataDir)));
      const locks = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
      expect(locks).toHaveLength(1);
      locks[0]?.release();
    }

    expect(readdirSync(dataDir)).toEqual(['gateway.lock']);
  });

  it('refuses a folder that a process in another container has', async () => {
    const dataDir = newDataDir();
    const first = startChild(dataDir, 'locking.ts', CONTAINER);
    await first.said(1);

    const second = startChild(dataDir, 'locking.ts', CONTAINER);
    await second.ended;

    first.process.kill('SIGKILL');
    await first.ended;
    expect(first.lines[0]).toBe('open');
    expect(second.lines).toEqual([`StoreStartError: ${takenBy(dataDir, 1)}`]);
  });

  it.each(['flock', 'perl'])('keeps others out where there is only %s, and however they lock', async (program) => {
    const dataDir = newDataDir();
    const first = startChild(dataDir, 'locking.ts', ['env', `PATH=${linksTo(program)}`]);
    await first.said(1);

    await expect(lockDataDir(dataDir)).rejects.toThrow(new StoreStartError(takenBy(dataDir, first.process.pid)));
    const second = startChild(dataDir, 'locking.ts', ['env', `PATH=${linksTo(program)}`]);
    await second.ended;

    first.process.kill('SIGKILL');
    await first.ended;
    expect(second.lines).toEqual([`StoreStartError: ${takenBy(dataDir, first.process.pid)}`]);
  });

  it('says what is missing where there is neither', async () => {
    const child = startChild(newDataDir(), 'locking.ts', ['env', `PATH=${linksTo('true')}`]);
    await child.ended;

    expect(child.lines).toEqual([
      'StoreStartError: The data folder can not be locked, as this machine has neither flock nor ' +
        'perl: install flock (util-linux), or set DATABASE_URL.',
    ]);
  });

  function linksTo(program: string): string {
    const folder = newDataDir();
    mkdirSync(folder);
    symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(folder, program));
    return folder;
  }

  it('takes a folder whose lock file a loss of power has emptied', async () => {
    const dataDir = newDataDir();
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'gateway.lock'), '');

    await expect(lockDataDir(dataDir)).resolves.toBeDefined();
  });
});
