import { isEmail } from 'class-validator';
import { isLongerThan, isPrintable } from '../../../shared/text.js';

const MAX_REFERENCE_LENGTH = 255;
const MAX_EMAIL_LENGTH = 254;

export function isReferenceShortEnough(text: string): boolean {
  return !isLongerThan(text, MAX_REFERENCE_LENGTH);
}

/** Payment ids stand in for absent references, and orders are known by them: a caller can't pass another payment's. */
export function isReferenceFree(text: string): boolean {
  return !PAYMENT_ID.test(text);
}
const PAYMENT_ID = /^\s*pay_[0-9a-f]{32}\s*$/i;

export function isEmailAddress(text: string): boolean {
  return !isLongerThan(text, MAX_EMAIL_LENGTH) && isPrintable(text) && !UNSEEN.test(text) && isEmail(text);
}
/** Characters that make one address look like another. Two joiners stay out: some scripts are written with them. */
const UNSEEN = /(?![\u200c\u200d])\p{Cf}/u;
