import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePostgres } from '../store/support/test-stores.js';
import { createPayment, paymentInput } from '../support/graphql-client.js';
import { GatewayProcess } from '../support/gateway/gateway-process.js';

describe('a gateway whose log can not be written', () => {
  const server = usePostgres();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-log-'));
  const opened: number[] = [];
  afterEach(() => {
    for (const file of opened.splice(0)) closeSync(file);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function open(path: string, flags: number): number {
    const file = openSync(path, flags);
    opened.push(file);
    return file;
  }
  const start = async (stdout: number) =>
    new GatewayProcess({ stdout, env: { DATABASE_URL: await server().createDatabase() } }).start();
  const pay = async (url: string): Promise<string> => (await createPayment(url, paymentInput())).payment.status;

  it('pays and ends when it is told to, and says once why there are no lines', async () => {
    const gateway = await start(open('/dev/full', constants.O_WRONLY));

    const status = await pay(gateway.url);
    gateway.send('SIGTERM');

    expect(await gateway.ended).toBe(0);
    expect(status).toBe('SUCCEEDED');
    expect(gateway.errors).toBe(
      'The log can not be written (ENOSPC). The gateway goes on and counts the lines that it has no room for.\n',
    );
  });

  /** A pipe with a name, so that a reader can come after another has gone. */
  function newPipe() {
    const path = join(folder, `pipe-${randomUUID()}`);
    execFileSync('mkfifo', [path]);
    const openReader = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const first = openReader();
    return { first, openReader, writer: open(path, constants.O_WRONLY) };
  }

  /** All that comes until a line has been read that the test waits for. */
  async function readUntil(reader: number, isLast: (text: string) => boolean): Promise<string> {
    const chunk = Buffer.alloc(65_536);
    for (let text = ''; ;) {
      text += chunk.toString('utf8', 0, readNow(reader, chunk));
      if (isLast(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  function readNow(reader: number, chunk: Buffer): number {
    try {
      return readSync(reader, chunk);
    } catch {
      return 0; // Nothing there just now.
    }
  }

  it('pays on after its reader has ended, and goes on writing for the next one', async () => {
    const { first, openReader, writer } = newPipe();
    const gateway = await start(writer);
    closeSync(first);

    const statuses = [await pay(gateway.url), await pay(gateway.url)];
    const next = openReader();
    gateway.send('SIGTERM');
    const text = await readUntil(next, (read) => read.includes('"gateway.closed"'));
    closeSync(next);

    expect(await gateway.ended).toBe(0);
    expect(statuses).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(text.match(/"path":"\/graphql"/g)).toHaveLength(2);
  });

  it('keeps a bounded number of lines for a reader that stalls, and says how many it gave up', async () => {
    const { first, writer } = newPipe();
    const gateway = await start(writer);
    const requests = 7_000;
    for (let sent = 0; sent < requests; sent += 100)
      await Promise.all(Array.from({ length: 100 }, () => fetch(gateway.url).then((response) => response.text())));

    const status = await pay(gateway.url);
    const text = await readUntil(first, (read) => read.includes('"log.lines-lost"') && read.endsWith('\n'));
    closeSync(first);
    gateway.send('SIGTERM');

    expect(await gateway.ended).toBe(0);
    expect(status).toBe('SUCCEEDED');
    const lost = Number(/"lines":(\d+)/.exec(text)?.[1]);
    expect(lost).toBeGreaterThan(0);
    expect(text.match(/"path":"\/"/g)?.length).toBeGreaterThan(requests - lost - 10);
  });
});
