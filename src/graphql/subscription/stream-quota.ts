import { createConcurrencyLimiter, type PerCaller, type ConcurrencyLimiter } from '../../payments/access/per-caller.js';

/** Streams of a caller at one replica: WebSockets, event streams and subscriptions by callback. */
export type StreamQuota = ConcurrencyLimiter;

export const createStreamQuota: (limits: PerCaller) => StreamQuota = createConcurrencyLimiter;

export const UNLIMITED_STREAMS: PerCaller = { perPerson: null, perService: null };

export const TOO_MANY_STREAMS = {
  status: 429,
  code: 'TOO_MANY_STREAMS',
  message:
    'You have as many streams open here as one may have: WebSockets, event streams and subscriptions by callback. ' +
    'End some of them, or watch several payments over one WebSocket.',
} as const;
