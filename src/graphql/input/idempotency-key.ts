import { isVisibleAscii } from '../../shared/text.js';

export function isIdempotencyKey(text: string): boolean {
  return isVisibleAscii(text) && text.length >= 16 && text.length <= 255;
}
