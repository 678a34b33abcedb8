import { isBlank, isLongerThan } from '../../../shared/text.js';
import { issuesOf, type InputIssue } from '../../input/input-issue.js';

interface EntryFields {
  readonly key: string;
  readonly value: string;
}

/** The provider keeps twenty; one of them is the gateway's own, by which it finds the payment again. */
const MAX_ENTRIES = 19;
const MAX_KEY_LENGTH = 40;
const MAX_VALUE_LENGTH = 500;
/** Not every system tells capitals apart or keeps blanks at the ends. */
const RESERVED_KEY = /^\s*gateway_/i;

export function checkMetadata(entries: readonly EntryFields[]): InputIssue[] {
  const keys = entries.map(({ key }) => key);
  return issuesOf([
    ['metadata.tooMany', ['metadata'], entries.length > MAX_ENTRIES],
    ...findDuplicates(keys).map(
      (index) => ['metadata.duplicateKey', ['metadata', String(index), 'key'], true] as const,
    ),
  ]);
}

function findDuplicates(keys: readonly string[]): number[] {
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    const isDuplicate = seen.has(key) && !isBlank(key);
    seen.add(key);
    return isDuplicate ? [index] : [];
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
