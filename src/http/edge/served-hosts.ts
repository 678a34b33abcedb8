import { namesThisMachine } from '../../shared/net/loopback.js';
import type { HttpErrorOptions } from '../transport/http-error.js';

export type ServesHost = (host: string | undefined) => boolean;

export const servesAnyHost: ServesHost = () => true;

/** Without authentication, a page of any site could reach the server under a name of its own that leads here. */
export const servesThisMachine: ServesHost = namesThisMachine;

/** Checks the Host header and the host of an absolute target (null: there is none): readers may go by either. */
export function servesEach(serves: ServesHost, hosts: readonly (string | null | undefined)[]): boolean {
  return hosts.every((host) => host === null || serves(host));
}

export const HOST_NOT_SERVED: HttpErrorOptions = {
  status: 421,
  code: 'HOST_NOT_SERVED',
  message:
    'Without authentication this server answers to names of this machine only: ' +
    'call it as localhost or 127.0.0.1. Nothing was executed.',
};
