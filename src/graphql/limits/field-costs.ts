/** What fields cost, said once: this gateway's limits count by it, and the directives of the published schema tell routers the same. */
export const PROVIDER_CALL_WEIGHT = 50;

interface ListSize {
  /** Items, where the operation does not say how many. */
  readonly assumed: number;
  /** Where the operation says it by an argument: its name, and the most that it may ask for. */
  readonly sliced?: { readonly by: string; readonly most: number };
  /** Where the items are, if not in the field itself. */
  readonly items?: string;
}

export const LIST_SIZES = {
  _entities: { assumed: 100 },
  payments: { assumed: 20, sliced: { by: 'first', most: 100 }, items: 'edges' },
  metadata: { assumed: 19 },
  timeline: { assumed: 8 },
} as const satisfies Record<string, ListSize>;

/** For routers that limit what an operation costs. */
export function listSizeOf(field: keyof typeof LIST_SIZES): string {
  const { assumed, sliced, items }: ListSize = LIST_SIZES[field];
  const slicing = sliced && [`slicingArguments: ["${sliced.by}"]`, 'requireOneSlicingArgument: false'];
  const parts = [slicing?.[0], `assumedSize: ${assumed}`, items && `sizedFields: ["${items}"]`, slicing?.[1]];
  return `@listSize(${parts.filter(Boolean).join(', ')})`;
}

/** What is given for the argument `first`, say: the number, `unknown` for a variable, null where nothing is. */
export type GivenSize = number | 'unknown' | null;

/** How many items of a field an answer may hold: as many as were asked for, the most that could be where that is not known yet. */
export function assumedItems(field: string, given: (argument: string) => GivenSize): number {
  const size: ListSize | undefined = Object.hasOwn(LIST_SIZES, field)
    ? LIST_SIZES[field as keyof typeof LIST_SIZES]
    : undefined;
  if (size === undefined) return 1;
  const asked = size.sliced === undefined ? null : given(size.sliced.by);
  if (asked === null || size.sliced === undefined) return size.assumed;
  return asked === 'unknown' ? size.sliced.most : Math.min(Math.max(asked, 1), size.sliced.most);
}
