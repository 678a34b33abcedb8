import type { Clock } from '../clock.js';

interface LogRateLimiter<Kind extends string | number> {
  /** How many of this kind a line stands for: itself and those since the last one. 0: it goes without a line. */
  admit(kind: Kind): number;
  /** Takes the counts of what went without a line in windows that are over; null where there is nothing to tell. */
  takeUnlogged(): Readonly<Record<string, number>> | null;
}

interface LogRateLimiterOptions {
  readonly clock: Pick<Clock, 'monotonicNow'>;
  readonly windowMs: number;
  readonly linesPerWindow: number;
}

export const FLOOD_LINES = { windowMs: 1_000, linesPerWindow: 20 } as const;

interface LogWindow {
  readonly endsAtMs: number;
  lines: number;
  unlogged: number;
  /** Of the window before, where it was not taken. */
  carried: number;
}

export function createLogRateLimiter<Kind extends string | number>(
  options: LogRateLimiterOptions,
): LogRateLimiter<Kind> {
  const { clock, windowMs, linesPerWindow } = options;
  const windows = new Map<Kind, LogWindow>();
  const takeFrom = (kind: Kind, window: LogWindow): number => {
    const { carried, unlogged } = window;
    window.carried = 0;
    if (clock.monotonicNow() < window.endsAtMs) return carried;
    windows.delete(kind);
    return carried + unlogged;
  };
  return {
    admit: (kind) => {
      const nowMs = clock.monotonicNow();
      const window = windows.get(kind);
      if (window === undefined || nowMs >= window.endsAtMs) {
        const carried = window?.unlogged ?? 0;
        windows.set(kind, { endsAtMs: nowMs + windowMs, lines: 1, unlogged: 0, carried });
        return 1 + carried;
      }
      if (window.lines < linesPerWindow) {
        window.lines += 1;
        return 1;
      }
      window.unlogged += 1;
      return 0;
    },
    takeUnlogged: () => {
      if (windows.size === 0) return null;
      const counts = [...windows].map(([kind, window]) => [kind, takeFrom(kind, window)] as const);
      const unlogged = counts.filter(([, count]) => count > 0);
      return unlogged.length === 0 ? null : (Object.fromEntries(unlogged) as Record<string, number>);
    },
  };
}
