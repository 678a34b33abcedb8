import { integer, type Environment } from './environment.js';

/** How much anybody may ask for. */
export interface AbuseLimits {
  readonly rates: RateLimits;
  readonly streams: StreamsPerCaller;
  readonly replays: ReplaysPerCaller;
  /** Requests being worked on, above which new ones are turned away. */
  readonly maxInFlight: number;
  /** Connections at a time, above which new ones are closed. */
  readonly maxConnections: number;
  /** How late the process may be with everything it does, above which new requests are turned away. Milliseconds, mean of a second, two seconds running. */
  readonly maxEventLoopDelayMs: number;
}

/** WebSockets, event streams and subscriptions by callback at a time, at one replica. Null: no limit. */
export interface StreamsPerCaller {
  readonly perPerson: number | null;
  readonly perService: number | null;
}

/** Calls of createPayment at a time, at one replica, that repeat a key while another call with it is under way. Null: no limit. */
export interface ReplaysPerCaller {
  readonly perPerson: number | null;
  readonly perService: number | null;
}

/** New payments in a minute, and as many renewed QR codes, over all replicas. Null: no limit. */
export interface RateLimits {
  readonly perPerson: number | null;
  readonly perService: number | null;
  readonly perInstrument: number | null;
}

/** Nobody buys more often than once a second for a whole minute; whoever tries cards does. */
const PER_PERSON = 60;
/** A shop's server makes the payments of all its customers. */
const PER_SERVICE = 6_000;
/** A card that is charged every three seconds is being tried out. */
const PER_INSTRUMENT = 20;
/** A few devices with a few tabs each. */
const STREAMS_PER_PERSON = 50;
const STREAMS_PER_SERVICE = 10_000;
/** Impatient clicks and a client's own retries, on a few devices. */
const REPLAYS_PER_PERSON = 20;
/** Below what a process works on at a time, and what may wait for the database, by so much that others pay. */
const REPLAYS_PER_SERVICE = 100;
/**
 * One replica carries some hundreds of payments a second, and a provider takes two seconds for one on its slow days. Many more only wait for a
 * provider that hangs.
 */
const MOST_IN_FLIGHT = 1_000;
const MOST = 1_000_000;

/** Reads the limits; 0 turns a limit of callers off. Without authentication all callers are one, so there are none unless they are set. */
export function readAbuseLimits(env: Environment, { authenticated }: { authenticated: boolean }): AbuseLimits {
  const perCaller = (name: string, fallback: number): number | null =>
    integer(env, name, { fallback: authenticated ? fallback : 0, min: 0, max: MOST }) || null;
  return {
    rates: {
      perPerson: perCaller('RATE_LIMIT_PER_PERSON', PER_PERSON),
      perService: perCaller('RATE_LIMIT_PER_SERVICE', PER_SERVICE),
      perInstrument: perCaller('RATE_LIMIT_PER_INSTRUMENT', PER_INSTRUMENT),
    },
    streams: {
      perPerson: perCaller('MAX_STREAMS_PER_PERSON', STREAMS_PER_PERSON),
      perService: perCaller('MAX_STREAMS_PER_SERVICE', STREAMS_PER_SERVICE),
    },
    replays: {
      perPerson: perCaller('MAX_REPLAYS_PER_PERSON', REPLAYS_PER_PERSON),
      perService: perCaller('MAX_REPLAYS_PER_SERVICE', REPLAYS_PER_SERVICE),
    },
    maxInFlight: integer(env, 'MAX_IN_FLIGHT', { fallback: MOST_IN_FLIGHT, min: 1, max: MOST }),
    maxConnections: integer(env, 'MAX_CONNECTIONS', { fallback: 20_000, min: 10, max: MOST }),
    maxEventLoopDelayMs: integer(env, 'MAX_EVENT_LOOP_DELAY_MS', { fallback: 1_000, min: 20, max: 60_000 }),
  };
}
