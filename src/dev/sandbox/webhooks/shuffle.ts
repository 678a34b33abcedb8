/** The same items in an order that is drawn by lot; `random` gives numbers from 0 up to 1. */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const drawn = items.map((item) => ({ item, lot: random() }));
  return drawn.sort((one, other) => one.lot - other.lot).map(({ item }) => item);
}
