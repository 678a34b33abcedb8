import { toRequestJson } from '../../graphql/input/inexact-number.js';

/** Parameters of a GET that are JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];

/**
 * The query string of a GET, for readers that are stricter than GraphQL over HTTP: a parameter that is empty or null counts as left out. Numbers
 * that would be rounded are replaced.
 */
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
