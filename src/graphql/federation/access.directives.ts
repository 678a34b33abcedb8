import { PROVIDER_CALL_WEIGHT } from '../limits/field-costs.js';

/**
 * What routers are told about the access to a field. They turn away who may not call it before the gateway is asked; the gateway judges
 * for itself all the same.
 */
export const NEEDS_LOGIN = '@authenticated';
export const NEEDS_READ = '@requiresScopes(scopes: [["payments:read"]])';
export const NEEDS_WRITE = '@requiresScopes(scopes: [["payments:write"]])';

/** For contracts: what a merchant's own staff needs, and a shop's pages do not. A storefront's variant excludes the tag. */
export const TAG_BACKOFFICE = '@tag(name: "backoffice")';

/** For routers that limit what an operation costs: beside the fields that only read, this one waits for the provider. */
export const CALLS_PROVIDER = `@cost(weight: ${PROVIDER_CALL_WEIGHT})`;
