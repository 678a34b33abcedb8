import type { PaymentPosition } from '../../payments/ports/payment-list.js';
import { ArgumentRefusal } from '../errors/argument-refusal.js';

export function toCursor({ createdAtMicros, id }: PaymentPosition): string {
  return Buffer.from(`${VERSION}:${createdAtMicros}:${id}`).toString('base64url');
}

export function parseCursor(cursor: string): PaymentPosition {
  const text = cursor.length > MAX_CURSOR_LENGTH ? '' : Buffer.from(cursor, 'base64url').toString('latin1');
  const [, createdAtMicros, id] = POSITION.exec(text) ?? [];
  if (createdAtMicros === undefined || id === undefined)
    throw new ArgumentRefusal('The argument "after" takes a cursor that `payments` has answered with, unchanged.');
  return { createdAtMicros, id };
}

const VERSION = 'v1';
const MAX_CURSOR_LENGTH = 200;
const POSITION = /^v1:(\d{1,17}):(pay_[0-9a-f]{32})$/;
