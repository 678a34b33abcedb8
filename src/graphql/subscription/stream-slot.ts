import type { ResultStream } from './result-stream.js';

/** Where a transport that can carry a stream finds it: Apollo Server's own answers have no place for one. */
export class StreamSlot {
  results: ResultStream | null = null;
}
