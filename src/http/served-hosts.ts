import { isLoopback } from '../shared/loopback.js';
import type { RefusalTerms } from './refusal.js';

/** Whether a server answers to the name that a request calls it by: its Host header, `127.0.0.1:4000`. */
export type ServesHost = (host: string | undefined) => boolean;

export const servesAnyHost: ServesHost = () => true;

const HOST = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/;

/**
 * Where whoever reaches the server is let in, a page of any site could reach it: its own name may lead here, and to the browser all is of
 * one origin then. The name gives it away. Browsers always send one, so who sends none is no page.
 */
export const servesThisMachine: ServesHost = (host) => host === undefined || isLoopback(HOST.exec(host)?.[1] ?? '');

export const HOST_NOT_SERVED: RefusalTerms = {
  status: 421,
  code: 'HOST_NOT_SERVED',
  message:
    'Without authentication this server answers to names of this machine only: call it as localhost or 127.0.0.1. Nothing was executed.',
};
