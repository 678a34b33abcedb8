import { isEmail } from 'class-validator';
import { isLongerThan, isStorable } from '../../input/text.js';

/** Room for any id or reference that the provider or a merchant makes. */
const MAX_REFERENCE_LENGTH = 255;
/** The longest address that mail can be sent to. */
const MAX_EMAIL_LENGTH = 254;

export function isReferenceShortEnough(text: string): boolean {
  return !isLongerThan(text, MAX_REFERENCE_LENGTH);
}

export function isEmailAddress(text: string): boolean {
  return !isLongerThan(text, MAX_EMAIL_LENGTH) && isStorable(text) && isEmail(text);
}
