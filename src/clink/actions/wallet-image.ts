import { isBrowserUrl } from './action-url.js';

const MAX_IMAGE_CHARACTERS = 200_000;

const IMAGE_TYPES: readonly (readonly [start: string, type: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['PHN2Z', 'image/svg+xml'], // <svg
  ['PD94bWwg', 'image/svg+xml'], // <?xml
  ['PCFET0NUWVBFIHN2Z', 'image/svg+xml'], // <!DOCTYPE svg
  ['PCEtL', 'image/svg+xml'], // <!--
];

/** Takes an https URL, a data URL of an image, or bare Base64, which becomes a data URL. Null for anything else. */
export function toImageUrl(text: string): string | null {
  if (isBrowserUrl(text, [])) return text;
  return toImageDataUrl(text) ?? fromBareBase64(text);
}

export function toImageDataUrl(text: string): string | null {
  return text.length <= MAX_IMAGE_CHARACTERS && IMAGE_DATA_URL.test(text) ? text : null;
}

const IMAGE_DATA_URL = /^data:image\/[a-z0-9.+-]+(?:;[^,\p{C}\s]*)?,[^\p{C}]+$/iu;

function fromBareBase64(text: string): string | null {
  if (text.length > MAX_IMAGE_CHARACTERS) return null;
  const base64 = text.replace(/\s+/g, '');
  const type = IMAGE_TYPES.find(([start]) => base64.startsWith(start))?.[1];
  return type !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? `data:${type};base64,${base64}` : null;
}
