import { MAX_SIGNIFICANT_DIGITS } from '../payments/decimal.js';
import type { FormPostAction } from '../payments/action.js';
import { asObject, isStorableText } from './wire-values.js';

/** The fields of a form in the provider's order, or null where one of them can't be posted as exactly what the provider wrote. */
export function toFormFields(postData: unknown): FormPostAction['fields'] | null {
  if (postData === undefined || postData === null || postData === '') return [];
  const map = asObject(postData);
  if (map === null) return null;
  const fields = Object.entries(map).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value: toValue(value) }],
  );
  return fields.every(isPostable) ? fields : null;
}

interface Field {
  readonly name: string;
  readonly value: string | null;
}

function isPostable(field: Field): field is FormPostAction['fields'][number] {
  return field.value !== null && isStorableText(field.name) && isStorableText(field.value);
}

function toValue(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && isExact(value) ? String(value) : null;
}

/** JSON numbers come through a double; one with more digits was changed by that, and a bank would refuse the form. */
function isExact(value: number): boolean {
  const digits = String(value).replace(/\D/g, '');
  return Number.isSafeInteger(value) || (!String(value).includes('e') && digits.length <= MAX_SIGNIFICANT_DIGITS);
}
