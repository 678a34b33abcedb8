/** Sets all fields of an instance. Unions tell their members apart by class, so plain objects don't do. */
export function fill<T extends object>(instance: T, fields: T): T {
  return Object.assign(instance, fields);
}
