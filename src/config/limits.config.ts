import { integer, type Environment } from './environment.js';
import { INTEGERS, type IntegerName } from './settings.js';

export interface AbuseLimits {
  readonly rates: RateLimits;
  readonly streams: StreamsPerCaller;
  readonly replays: ReplaysPerCaller;
  readonly maxInFlight: number;
  readonly maxConnections: number;
  readonly maxEventLoopDelayMs: number;
}

/** WebSockets, event streams and subscriptions by callback at a time, at one replica. Null: no limit. */
interface StreamsPerCaller {
  readonly perPerson: number | null;
  readonly perService: number | null;
}

/** Repeated calls of createPayment that wait for the first at a time, at one replica. Null: no limit. */
interface ReplaysPerCaller {
  readonly perPerson: number | null;
  readonly perService: number | null;
}

/** New payments in a minute, and as many renewed QR codes, over all replicas. Null: no limit. */
interface RateLimits {
  readonly perPerson: number | null;
  readonly perService: number | null;
  readonly perInstrument: number | null;
}

/** Without authentication all callers are one, so their limits are off unless they are set; 0 turns one off. */
export function readAbuseLimits(env: Environment, { authenticated }: { authenticated: boolean }): AbuseLimits {
  const perCaller = (name: IntegerName): number | null => {
    const rule = authenticated ? INTEGERS[name] : { ...INTEGERS[name], fallback: 0 };
    return integer(env, name, rule) || null;
  };
  return {
    rates: {
      perPerson: perCaller('RATE_LIMIT_PER_PERSON'),
      perService: perCaller('RATE_LIMIT_PER_SERVICE'),
      perInstrument: perCaller('RATE_LIMIT_PER_INSTRUMENT'),
    },
    streams: {
      perPerson: perCaller('MAX_STREAMS_PER_PERSON'),
      perService: perCaller('MAX_STREAMS_PER_SERVICE'),
    },
    replays: {
      perPerson: perCaller('MAX_REPLAYS_PER_PERSON'),
      perService: perCaller('MAX_REPLAYS_PER_SERVICE'),
    },
    maxInFlight: integer(env, 'MAX_IN_FLIGHT'),
    maxConnections: integer(env, 'MAX_CONNECTIONS'),
    maxEventLoopDelayMs: integer(env, 'MAX_EVENT_LOOP_DELAY_MS'),
  };
}
