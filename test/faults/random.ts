/** Choices that a seed decides: the same seed makes the same ones again. What the machine makes of them (who is faster) no seed decides. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** Whether it happens, for a share from 0 to 1. */
  happens(share: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Each choice as often as its weight says. */
  pickWeighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T;
  /** Gives every choice once, in any order, before it gives one again. */
  deckOf<T>(choices: readonly T[]): () => T;
  /** Choices of its own, so that loops beside each other don't take them from each other. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state are plenty for choosing faults. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <T>(choices: readonly T[]): T => choices[between(0, choices.length - 1)] as T;
  return {
    next,
    between,
    happens: (share) => next() < share,
    pick,
    deckOf: (choices) => {
      let left: (typeof choices)[number][] = [];
      return () => {
        if (left.length === 0) left = [...choices];
        const drawn = pick(left);
        left.splice(left.indexOf(drawn), 1);
        return drawn;
      };
    },
    pickWeighted: (choices) => {
      let rest = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      const found = choices.find(([weight]) => (rest -= weight) < 0) ?? choices.at(-1);
      if (found === undefined) throw new Error('there is nothing to pick from');
      return found[1];
    },
    fork: () => createRandom(between(0, 2 ** 32 - 1)),
  };
}
