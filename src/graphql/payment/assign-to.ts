/** Gives an instance of a data class all its fields: unions tell their members apart by class, so plain objects will not do. */
export function fill<T extends object>(instance: T, fields: T): T {
  return Object.assign(instance, fields);
}
