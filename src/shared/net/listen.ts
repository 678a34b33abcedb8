import type { AddressInfo, Server } from 'node:net';
import { StartError } from '../start-error.js';

export interface ListeningPlace {
  readonly host: string;
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** The setting that the port is from. */
  readonly setting: string;
}

/** Resolves with the port once the server listens. Throws StartError where it can't. */
export function listen(server: Server, place: ListeningPlace): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      reject(new StartError(toSentence(cause.code ?? 'unknown reason', place), { cause }));
    };
    server.once('error', refuse);
    server.listen(place.port, place.host, () => {
      server.off('error', refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Where a client on this machine finds what listens there: a wildcard address is no place to go to. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toSentence(code: string, { host, port, setting }: ListeningPlace): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use (${code}): stop what listens there, or set ${setting} to another.`;
  if (code === 'EACCES')
    return `Port ${port} may not be listened on by this user (${code}): set ${setting} to one from 1024 upwards.`;
  return `"${host}" is no address of this machine (${code}): set HOST to one, such as 127.0.0.1, or 0.0.0.0 for all.`;
}
