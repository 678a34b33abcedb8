import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningService } from '../shop-orders/shop-orders.js';

/** Starts Hive Gateway over a supergraph, with its default settings, in a process of its own as its command line does. */
export async function startHiveGateway(supergraphSdl: string, port = 0): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphSdl);
  const chosen = port === 0 ? await findFreePort() : port;
  const command = join(process.cwd(), 'node_modules', '.bin', 'hive-gateway');
  const child = spawn(command, ['supergraph', file, '--host', '127.0.0.1', '--port', String(chosen)], {
    cwd: folder,
    stdio: 'ignore',
  });
  const close = async (): Promise<void> => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${chosen}`;
  try {
    await untilReady(url, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `${url}/graphql`, close };
}

const READY_WITHIN_MS = 60_000;
const PAUSE_MS = 100;

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const isReady = await fetch(`${url}/readiness`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error('Hive Gateway did not get ready');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
