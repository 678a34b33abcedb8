import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The one address that the provider knows: each connection goes to the next replica, dead ones included, as with a slow load balancer. */
export interface WebhookRelay {
  readonly url: string;
  close(): Promise<void>;
}

export async function startWebhookRelay(replicaUrls: () => readonly string[]): Promise<WebhookRelay> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    const urls = replicaUrls();
    const replica = connect(Number(new URL(urls[turn++ % urls.length] ?? '').port), '127.0.0.1');
    for (const socket of [client, replica]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        replica.destroy();
      });
    }
    client.pipe(replica);
    replica.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
