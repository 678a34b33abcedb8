import type { Caller } from './caller.js';

/** How many of something each caller may have. Null: any number. */
export interface PerCaller {
  readonly perPerson: number | null;
  readonly perService: number | null;
}

export function mostFor({ may }: Caller, { perPerson, perService }: PerCaller): number | null {
  return may.anyCustomer ? perService : perPerson;
}

export interface ConcurrencyLimiter {
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
