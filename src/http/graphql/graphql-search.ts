import { toRequestJson } from '../../graphql/input/inexact-number.js';

const JSON_PARAMETERS = ['variables', 'extensions'];

/** The query string of a GET without parameters that are empty or null, and without numbers that would be rounded. */
export function toRequestSearch(search: string): string {
  if (search === '') return search;
  const parameters = new URLSearchParams(search);
  for (const name of JSON_PARAMETERS) {
    const values = parameters.getAll(name);
    parameters.delete(name);
    for (const value of values) if (!isLeftOut(value)) parameters.append(name, toRequestJson(value));
  }
  return `?${parameters.toString()}`;
}

function isLeftOut(value: string): boolean {
  return value.trim() === '' || value.trim() === 'null';
}
