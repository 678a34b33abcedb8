import { MAX_SIGNIFICANT_DIGITS } from '../../payments/model/decimal.js';
import type { FormPostAction } from '../../payments/model/action.js';
import { isStorable } from '../../shared/text.js';
import { asObject, asText } from '../wire/wire-values.js';

/** The form's fields in order; null where one of them can't be posted exactly as the provider wrote it. */
export function toFormFields(postData: unknown): FormPostAction['fields'] | null {
  if (holdsNothing(postData)) return [];
  const map = asObject(postData);
  if (map === null) return null;
  const fields = Object.entries(map).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value: toValue(value) }],
  );
  return fields.every(isPostable) ? fields : null;
}

function holdsNothing(postData: unknown): boolean {
  if (typeof postData === 'string') return asText(postData) === null;
  return postData === undefined || postData === null || (Array.isArray(postData) && postData.length === 0);
}

interface Field {
  readonly name: string;
  readonly value: string | null;
}

function isPostable(field: Field): field is FormPostAction['fields'][number] {
  return field.value !== null && isStorable(field.name) && isStorable(field.value);
}

function toValue(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && isExact(value) ? String(value) : null;
}

/** A number in exponent form may have been written in another way, and a bank would refuse the form. */
function isExact(value: number): boolean {
  const digits = String(value).replace(/\D/g, '');
  return Number.isSafeInteger(value) || (!String(value).includes('e') && digits.length <= MAX_SIGNIFICANT_DIGITS);
}
