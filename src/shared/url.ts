/**
 * The URL, or null where the text is none or not absolute. Not by `URL.canParse`: in Node 20 and 22 it refuses every text with a letter
 * beyond ASCII once it was called some thousand times (its optimized form reads Latin-1 as UTF-8).
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
