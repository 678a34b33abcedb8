import type { Caller } from './caller.js';

/** A number of something that each caller may have. Null: any. */
export interface PerCaller {
  readonly perPerson: number | null;
  /** A service acts for all its customers. */
  readonly perService: number | null;
}

export function mostFor({ may }: Caller, { perPerson, perService }: PerCaller): number | null {
  return may.anyCustomer ? perService : perPerson;
}

/** What each caller may have so many of at a time, in this process. */
export interface ConcurrencyLimiter {
  /** Returns what to call when the place is free again; null where the caller has as many as one may. */
  take(caller: Caller): (() => void) | null;
}

export function createConcurrencyLimiter(limits: PerCaller): ConcurrencyLimiter {
  const taken = new Map<string, number>();
  const add = (scope: string, change: 1 | -1): void => {
    const count = (taken.get(scope) ?? 0) + change;
    if (count === 0) taken.delete(scope);
    else taken.set(scope, count);
  };
  return {
    take: (caller) => {
      const { scope } = caller;
      const most = mostFor(caller, limits);
      if (most !== null && (taken.get(scope) ?? 0) >= most) return null;
      add(scope, 1);
      let isOver = false;
      return () => {
        if (!isOver) add(scope, -1);
        isOver = true;
      };
    },
  };
}
