import { isEmail } from 'class-validator';
import { isLongerThan, isStorable } from '../../input/text.js';

/** Room for any id or reference that the provider or a merchant makes. */
const MAX_REFERENCE_LENGTH = 255;
/** The longest address that mail can be sent to. */
const MAX_EMAIL_LENGTH = 254;

export function isReferenceShortEnough(text: string): boolean {
  return !isLongerThan(text, MAX_REFERENCE_LENGTH);
}

/** Payment ids stand in for absent references, and an order is known as a payment's by them: a caller must not be able to pass another's. */
export function isReferenceFree(text: string): boolean {
  return !PAYMENT_ID.test(text);
}
/** Not every system tells capitals apart or keeps blanks at the ends. */
const PAYMENT_ID = /^\s*pay_[0-9a-f]{32}\s*$/i;

export function isEmailAddress(text: string): boolean {
  return !isLongerThan(text, MAX_EMAIL_LENGTH) && isStorable(text) && !UNSEEN.test(text) && isEmail(text);
}
/** Makes one address look like another. The two joiners are left: some scripts are written with them. */
const UNSEEN = /(?![\u200c\u200d])\p{Cf}/u;
