import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way between two processes that can be cut, closed, or held up at a certain message. It looks at bytes and knows no protocol. */
export interface BreakableProxy {
  readonly port: number;
  /** Ends every connection there is; new ones are let in. */
  cut(): void;
  /** Cuts all and lets nobody in, or lets in again. */
  setOpen(isOpen: boolean): void;
  /** Holds up the next request with the text (it does not arrive), or the answer to it (it was carried out, and nobody is told). */
  holdNext(text: string, held: 'request' | 'answer'): Hold;
  close(): Promise<void>;
}

export interface Hold {
  /** Resolves when something is held up. */
  readonly reached: Promise<void>;
  /** Lets it go on, where its connection still stands; nothing is waited for any more. */
  release(): void;
}

export async function startBreakableProxy(targetPort: number): Promise<BreakableProxy> {
  const ways = new Set<Way>();
  let waiting: Waiting | null = null;
  let open = true;
  const server = createServer((client) => {
    if (!open) {
      client.destroy();
      return;
    }
    const way = new Way(client, connect(targetPort, '127.0.0.1'), () => waiting);
    ways.add(way);
    client.once('close', () => ways.delete(way));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const way of ways) way.cut();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    setOpen: (isOpen) => {
      open = isOpen;
      if (!isOpen) cut();
    },
    holdNext: (text, held) => {
      const hold: Waiting = { text: Buffer.from(text), held, way: null, reach: () => undefined };
      waiting = hold;
      const reached = new Promise<void>((resolve) => (hold.reach = resolve));
      const release = (): void => {
        if (waiting === hold) waiting = null;
        hold.way?.goOn();
      };
      return { reached, release };
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Waiting {
  readonly text: Buffer;
  readonly held: 'request' | 'answer';
  /** The one that it held up. */
  way: Way | null;
  reach: () => void;
}

/** One connection through the proxy. */
class Way {
  private readonly kept: { readonly to: Socket; readonly bytes: Buffer }[] = [];
  private heldUp: 'request' | 'answer' | null = null;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    findWaiting: () => Waiting | null,
  ) {
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.cut();
      });
    }
    client.on('data', (bytes) => {
      const waiting = findWaiting();
      if (waiting?.way === null && bytes.includes(waiting.text)) this.holdUp(waiting);
      this.pass('request', server, bytes);
    });
    server.on('data', (bytes) => {
      this.pass('answer', client, bytes);
    });
  }

  cut(): void {
    this.client.destroy();
    this.server.destroy();
  }

  goOn(): void {
    this.heldUp = null;
    for (const { to, bytes } of this.kept.splice(0)) to.write(bytes);
  }

  private holdUp(waiting: Waiting): void {
    waiting.way = this;
    this.heldUp = waiting.held;
    if (waiting.held === 'request') waiting.reach();
    else this.server.once('data', waiting.reach);
  }

  private pass(direction: 'request' | 'answer', to: Socket, bytes: Buffer): void {
    if (this.heldUp === direction) this.kept.push({ to, bytes });
    else to.write(bytes);
  }
}
