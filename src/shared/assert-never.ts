/** Ends a `switch` over a union: a case that the compiler knows to be missing fails the build, one it can't know throws. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${String((value as { kind?: unknown }).kind ?? typeof value)}`);
}
