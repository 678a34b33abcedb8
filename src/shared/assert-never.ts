export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${String((value as { kind?: unknown }).kind ?? typeof value)}`);
}
