export interface OpenStreams {
  readonly size: number;
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
