/**
 * Directives of fields. Routers enforce them before they ask the gateway; the gateway reads its
 * own limits from them.
 */
export const NEEDS_LOGIN = '@authenticated';
export const NEEDS_READ = '@requiresScopes(scopes: [["payments:read"]])';
export const NEEDS_WRITE = '@requiresScopes(scopes: [["payments:write"]])';

/**
 * For contracts: a merchant's own staff needs the element, a shop's pages do not. A storefront's
 * variant excludes it.
 */
export const TAG_BACKOFFICE = '@tag(name: "backoffice")';

export const CALLS_PROVIDER = '@cost(weight: 50)';

export function listSize(assumed: number): string {
  return `@listSize(assumedSize: ${assumed})`;
}

export function pageSize({ assumed, by, items }: PageSizeOptions): string {
  const slicing = `slicingArguments: ["${by}"]`;
  return `@listSize(${slicing}, assumedSize: ${assumed}, sizedFields: ["${items}"], requireOneSlicingArgument: false)`;
}

interface PageSizeOptions {
  readonly assumed: number;
  readonly by: string;
  readonly items: string;
}
