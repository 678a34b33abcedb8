import type { SqlParam } from './sql-database.js';

/** A statement with its parameters, in one round trip. */
export interface Statement {
  readonly text: string;
  readonly params: readonly SqlParam[];
}

/**
 * Compiles a statement whose parameters are written as `:name` into one that binds them by name. Throws at the call where a name has no
 * value, so that no statement runs with a hole in it.
 */
export function compileStatement<Values extends Readonly<Record<string, SqlParam>>>(
  named: string,
): (values: Values) => Statement {
  const names: string[] = [];
  const text = named.replace(NAME, (_match, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return (values) => ({ text, params: names.map((name) => valueOf(values, name)) });
}

/** A colon before a name, and no second colon before it, as a cast has. */
const NAME = /(?<!:):([a-z][a-z_]*)/g;

function valueOf(values: Readonly<Record<string, SqlParam>>, name: string): SqlParam {
  const value = values[name];
  if (value === undefined) throw new Error(`the parameter ${name} has no value`);
  return value;
}
