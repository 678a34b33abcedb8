/** Responses that go on until they are ended. A shutdown ends them all, else it would wait for payers. */
export interface OpenStreams {
  readonly size: number;
  /** Returns what to call when the stream has ended by itself. After `close`, the stream is ended at once. */
  add(end: () => void): () => void;
  close(): void;
}

export function createOpenStreams(): OpenStreams {
  const streams = new Set<() => void>();
  let isClosed = false;
  return {
    get size() {
      return streams.size;
    },
    add: (end) => {
      if (isClosed) end();
      else streams.add(end);
      return () => streams.delete(end);
    },
    close: () => {
      isClosed = true;
      for (const end of streams) end();
      streams.clear();
    },
  };
}
