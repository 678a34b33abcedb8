import type { Clock } from '../../shared/clock.js';

export interface SignedHeaders {
  readonly 'X-API-KEY': string;
  readonly 'X-Timestamp': string;
}

export interface SigningContext {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
}

export interface Signer {
  /** Clink refuses a kept timestamp, so every attempt is signed anew. */
  sign(context: SigningContext): SignedHeaders;
}

export function createApiKeySigner(apiKey: () => string, clock: Clock): Signer {
  return {
    sign: () => ({ 'X-API-KEY': apiKey(), 'X-Timestamp': String(clock.now()) }),
  };
}
