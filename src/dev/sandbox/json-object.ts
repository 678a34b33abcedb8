export type JsonObject = Readonly<Record<string, unknown>>;

export function parseJsonObject(bytes: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textField(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

export function isPresent(object: JsonObject, name: string): boolean {
  const value = object[name];
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null;
}
