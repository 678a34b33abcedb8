import type { InputPath } from '../../input/input-rules.js';
import { isBlank, isLongerThan } from '../../input/text.js';

export interface EntryFields {
  readonly key: string;
  readonly value: string;
}

/** The provider keeps twenty; one of them is the gateway's own, by which it finds the payment again. */
const MAX_ENTRIES = 19;
const MAX_KEY_LENGTH = 40;
const MAX_VALUE_LENGTH = 500;
/** Not every system tells capitals apart or keeps blanks at the ends. */
const RESERVED_KEY = /^\s*gateway_/i;

export function hasTooManyEntries({ metadata }: { readonly metadata?: readonly EntryFields[] | null }): boolean {
  return (metadata ?? []).length > MAX_ENTRIES;
}

/** Entries whose key stands before them already, letter for letter. Blank keys have their own rule. */
export function findDuplicateKeys({ metadata }: { readonly metadata?: readonly EntryFields[] | null }): InputPath[] {
  const seen = new Set<string>();
  return (metadata ?? []).flatMap(({ key }, index) => {
    const isDuplicate = seen.has(key) && !isBlank(key);
    seen.add(key);
    return isDuplicate ? [[String(index), 'key']] : [];
  });
}

export function isKeyShortEnough(key: string): boolean {
  return !isLongerThan(key, MAX_KEY_LENGTH);
}

export function isValueShortEnough(value: string): boolean {
  return !isLongerThan(value, MAX_VALUE_LENGTH);
}

export function isKeyFree(key: string): boolean {
  return !RESERVED_KEY.test(key);
}
