/**
 * Clients whose next words are awaited, at most so many at a time: where it is full, who has waited longest gives way to who comes. An
 * honest client says its words at once, so however many places are held by clients that don't, it is through before its turn to go.
 */
export interface SlowBodyLimiter {
  readonly size: number;
  /** `giveWay` is called when somebody else needs the place. Returns what to call when the wait is over. */
  enter(giveWay: () => void): () => void;
}

export function createSlowBodyLimiter(places: number): SlowBodyLimiter {
  const waiting = new Set<{ readonly giveWay: () => void }>();
  return {
    get size() {
      return waiting.size;
    },
    enter: (giveWay) => {
      const entry = { giveWay };
      waiting.add(entry);
      for (const oldest of waiting) {
        if (waiting.size <= places) break;
        waiting.delete(oldest);
        oldest.giveWay();
      }
      return () => waiting.delete(entry);
    },
  };
}
