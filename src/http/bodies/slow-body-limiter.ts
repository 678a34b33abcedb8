/**
 * Bounds the clients that keep the server waiting: past the most, the one that has waited longest gives way.
 * Honest clients send at once, so slow ones in any number do not keep them out.
 */
export interface SlowBodyLimiter {
  readonly size: number;
  /** Calls `giveWay` when another needs the place. Returns what to call when the wait is over. */
  enter(giveWay: () => void): () => void;
}

export function createSlowBodyLimiter(maxWaiting: number): SlowBodyLimiter {
  const waiting = new Set<{ readonly giveWay: () => void }>();
  return {
    get size() {
      return waiting.size;
    },
    enter: (giveWay) => {
      const entry = { giveWay };
      waiting.add(entry);
      for (const oldest of waiting) {
        if (waiting.size <= maxWaiting) break;
        waiting.delete(oldest);
        oldest.giveWay();
      }
      return () => waiting.delete(entry);
    },
  };
}
