import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and PostgreSQL and loses what it is told to lose. */
export interface PostgresProxy {
  readonly url: string;
  /** Forwards the next request that holds the text, and cuts the client off when its answer comes: it was carried out, and nobody is told. */
  loseNextAnswerTo(text: string): void;
  /** Cuts all connections and lets nobody in, or lets them in again. */
  setOpen(isOpen: boolean): void;
  /** How many requests with the text went through. */
  count(text: string): number;
  close(): Promise<void>;
}

/** A proxy to the server of the URL. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let losing: string | null = null;
  let open = true;

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
      const request = chunk.toString('latin1');
      requests.push(request);
      if (losing !== null && request.includes(losing)) {
        losing = null;
        cutAtAnswer = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
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
    count: (text) => requests.filter((request) => request.includes(text)).length,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
