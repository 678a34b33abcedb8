/** Strings of blanks count as missing, wherever a rule asks whether something is there. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** The text as it was given, or null where it is absent or blank. Nothing is trimmed or normalised. */
export function presentText(text: string | null | undefined): string | null {
  return text === null || text === undefined || isBlank(text) ? null : text;
}

/** Whether the text has more characters (Unicode code points) than allowed. Huge texts are not counted out. */
export function isLongerThan(text: string, maxCharacters: number): boolean {
  if (text.length <= maxCharacters) return false;
  return text.length > 2 * maxCharacters || [...text].length > maxCharacters;
}

const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/** Whether the text can be stored and sent as it is: no control characters, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

const LAYOUT = /[\t\r\n]+/g;

/** Whether the text can be stored and sent as it is where it may have several lines: tabs and line ends are no fault in it. */
export function isStorableBlock(text: string): boolean {
  return isStorable(text.replace(LAYOUT, ''));
}

/** The text in one line: each run of tabs and line ends becomes one blank. */
export function toOneLine(text: string): string {
  return text.replace(LAYOUT, ' ');
}
