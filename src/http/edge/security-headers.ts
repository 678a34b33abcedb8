/** Sent with every answer, so that a browser never guesses what it got and never shows it inside somebody else's page. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
};

/** Directives of a content security policy beyond the ones that every page has. */
export type PagePolicy = Readonly<Record<string, string>>;

/** A page's policy: nothing is loaded, embedded or posted to but what its own directives name. */
export function pagePolicy(directives: PagePolicy): string {
  const all = {
    'default-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    'form-action': "'none'",
    ...directives,
  };
  return Object.entries(all)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}
