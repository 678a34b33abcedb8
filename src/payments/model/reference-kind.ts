/**
 * Whether an order found under `proved` shows that the provider keeps `reference` as sent: `proved`
 * is as long and has every trait for which a text may be kept in another form.
 */
export function isOfKind(reference: string, proved: string): boolean {
  if (proved === reference) return true;
  const traits = new Set(traitsOf(proved));
  return isAsLong(reference, proved) && traitsOf(reference).every((trait) => traits.has(trait));
}

function isAsLong(reference: string, proved: string): boolean {
  return proved.length >= reference.length && Buffer.byteLength(proved) >= Buffer.byteLength(reference);
}

function traitsOf(reference: string): string[] {
  return [
    ...FORMS.filter(({ test }) => test.test(reference)).map(({ name }) => name),
    ...(isNumberOfAnotherForm(reference) ? ['another number'] : []),
    ...(reference.toLowerCase() === 'null' ? [`the word ${reference}`] : []),
    ...marksOf(reference),
  ];
}

const FORMS: readonly { readonly name: string; readonly test: RegExp }[] = [
  { name: 'small letters', test: /[a-z]/ },
  { name: 'capital letters', test: /[A-Z]/ },
  { name: 'a character of HTML', test: /&#?\w+;/ },
  { name: 'a character of an address', test: /%[0-9a-f]{2}/i },
  { name: 'a zero in front', test: /^0/ },
];

function isNumberOfAnotherForm(reference: string): boolean {
  const number = Number(reference);
  return Number.isFinite(number) && String(number) !== reference;
}

/** All but ASCII letters and digits, each with its neighbours: one blank is no proof of two. */
function marksOf(reference: string): string[] {
  const characters = [...reference];
  return characters.flatMap((character, index) =>
    ASCII_LETTER_OR_DIGIT.test(character)
      ? []
      : [`${toNeighbour(characters[index - 1])}${character}${toNeighbour(characters[index + 1])}`],
  );
}

const ASCII_LETTER_OR_DIGIT = /^[A-Za-z0-9]$/;
const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;

function toNeighbour(character = ''): string {
  return LETTER_OR_DIGIT.test(character) ? 'x' : character;
}
