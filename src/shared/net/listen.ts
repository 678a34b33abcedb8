import type { AddressInfo, Server } from 'node:net';
import { StartError } from '../start-error.js';

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly setting: string;
}

export function listen(server: Server, options: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      reject(new StartError(toSentence(cause.code ?? 'unknown reason', options), { cause }));
    };
    server.once('error', fail);
    server.listen(options.port, options.host, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function toSentence(code: string, { host, port, setting }: ListenOptions): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use (${code}): stop what listens there, or set ${setting} to another.`;
  if (code === 'EACCES')
    return `Port ${port} may not be listened on by this user (${code}): set ${setting} to one from 1024 upwards.`;
  return `"${host}" is no address of this machine (${code}): set HOST to one, such as 127.0.0.1, or 0.0.0.0 for all.`;
}
