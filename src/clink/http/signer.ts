import type { Clock } from '../../shared/clock.js';

/** What a call to Clink proves itself with. */
export interface SignedHeaders {
  readonly 'X-API-KEY': string;
  /** Milliseconds since the Unix epoch. */
  readonly 'X-Timestamp': string;
}

/** What a signature may cover, should Clink ever ask for one over the request. */
export interface SigningContext {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
}

export interface Signer {
  /** Made anew for every attempt: Clink refuses a timestamp that was kept from an earlier one. */
  sign(context: SigningContext): SignedHeaders;
}

/** The only scheme that Clink documents: the secret key and the time. The key is read for each call, so that a rolled one is used at once. */
export function createApiKeySigner(apiKey: () => string, clock: Clock): Signer {
  return {
    sign: () => ({ 'X-API-KEY': apiKey(), 'X-Timestamp': String(clock.now()) }),
  };
}
