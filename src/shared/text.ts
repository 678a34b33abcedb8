/** A text of blanks counts as missing. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** The text as it was given, or null where it is absent or blank. Nothing is trimmed or normalised. */
export function presentText(text: string | null | undefined): string | null {
  return text === null || text === undefined || isBlank(text) ? null : text;
}

/** Whether the text has more Unicode code points than allowed. A text of twice as many units is not counted. */
export function isLongerThan(text: string, maxCharacters: number): boolean {
  if (text.length <= maxCharacters) return false;
  return text.length > 2 * maxCharacters || [...text].length > maxCharacters;
}

/** NUL and half surrogate pairs: no database takes them. */
const UNSTORABLE = /\u0000|\p{Surrogate}/u;
/** The same and all other control characters. */
const UNPRINTABLE = /[\p{Control}\p{Surrogate}]/u;
const EVERY_UNSTORABLE = new RegExp(UNSTORABLE, 'gu');
const LAYOUT = /[\t\r\n]+/g;

export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** The text with U+FFFD for each character that no database takes. */
export function toStorable(text: string): string {
  return text.replace(EVERY_UNSTORABLE, '\uFFFD');
}

/** Whether the text has no control character and no half of a surrogate pair. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/** The same for a text that may have tabs and line ends. */
export function isPrintableBlock(text: string): boolean {
  return isPrintable(text.replace(LAYOUT, ''));
}

/** The text in one line: each run of tabs and line ends becomes one blank. */
export function toOneLine(text: string): string {
  return text.replace(LAYOUT, ' ');
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Whether the text can stand in any header, URL, log and index. An empty one can't. */
export function isVisibleAscii(text: string): boolean {
  return VISIBLE_ASCII.test(text);
}
