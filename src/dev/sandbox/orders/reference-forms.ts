/** The forms in which providers are known to keep a caller's reference. */
export const REFERENCE_FORMS: ReadonlyMap<string, (reference: string) => string> = new Map([
  ['cut', (reference: string) => reference.slice(0, LONGEST)],
  ['upperCase', (reference: string) => reference.toUpperCase()],
  ['escape', (reference: string) => reference.replaceAll('&', '&amp;')],
  ['foldBlanks', (reference: string) => reference.replace(/\s+/g, ' ').trim()],
  ['ascii', (reference: string) => reference.replace(/[^\x20-\x7e]/g, '')],
]);

const LONGEST = 64;

export function rewriteReference(reference: string, forms: readonly string[]): string {
  return forms.reduce((kept, form) => REFERENCE_FORMS.get(form)?.(kept) ?? kept, reference);
}
