import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and PostgreSQL and loses what it is told to lose. */
export interface PostgresProxy {
  readonly url: string;
  /** Forwards the next request that holds the text, and cuts the client off when its answer comes: it was carried out, and nobody is told. */
  loseNextAnswerTo(text: string): void;
  /** Cuts all connections and lets nobody in, or lets them in again. */
  setOpen(isOpen: boolean): void;
  /** Passes nothing on over the connections that there are, without a word to either side; new ones work. */
  forgetConnections(): void;
  /** Writes the one instead of the other in all requests from now on; both are of one length. */
  rewrite(text: string, written: string): void;
  /** How many requests with the text, or like the pattern, went through. */
  count(text: string | RegExp): number;
  close(): Promise<void>;
}

/** A proxy to the server of the URL. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let losing: string | null = null;
  let open = true;
  let forgotten = new WeakSet<Socket>();
  let rewritten: readonly [string, string] | null = null;

  const server = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    let cutAtAnswer = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (forgotten.has(client)) return;
      const request = chunk.toString('latin1');
      requests.push(request);
      if (losing !== null && request.includes(losing)) {
        losing = null;
        cutAtAnswer = true;
      }
      upstream.write(rewritten === null ? chunk : Buffer.from(request.replaceAll(...rewritten), 'latin1'));
    });
    upstream.on('data', (chunk) => {
      if (forgotten.has(client)) return;
      if (cutAtAnswer) client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    loseNextAnswerTo: (text) => {
      losing = text;
    },
    setOpen: (isOpen) => {
      open = isOpen;
      if (!isOpen) for (const socket of sockets) socket.destroy();
    },
    forgetConnections: () => {
      forgotten = new WeakSet(sockets);
    },
    rewrite: (text, written) => {
      rewritten = [text, written];
    },
    count: (text) =>
      requests.filter((request) => (typeof text === 'string' ? request.includes(text) : text.test(request))).length,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
