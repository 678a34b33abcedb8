import { namesThisMachine } from '../../shared/net/loopback.js';
import type { HttpErrorOptions } from '../transport/http-error.js';

/** Whether a server answers to the name that a request calls it by: its Host header, `127.0.0.1:4000`. */
export type ServesHost = (host: string | undefined) => boolean;

export const servesAnyHost: ServesHost = () => true;

/** Where whoever reaches the server is let in, a page of any site could reach it under a name that leads here. */
export const servesThisMachine: ServesHost = namesThisMachine;

/**
 * Judges both hosts of a request whose target is absolute: what comes after this server may go by either, and they are the same where a client
 * keeps to the rules. Null is a target that names none.
 */
export function servesEach(serves: ServesHost, hosts: readonly (string | null | undefined)[]): boolean {
  return hosts.every((host) => host === null || serves(host));
}

export const HOST_NOT_SERVED: HttpErrorOptions = {
  status: 421,
  code: 'HOST_NOT_SERVED',
  message:
    'Without authentication this server answers to names of this machine only: call it as localhost or 127.0.0.1. Nothing was executed.',
};
