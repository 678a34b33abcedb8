/** A JSON object whose fields nobody has judged yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Null where the bytes are no JSON, or JSON but no object. */
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

/** A text field; blanks count as absent, anything else than a text too. */
export function textField(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Whether the field holds anything: null and blank texts are nothing. */
export function isPresent(object: JsonObject, name: string): boolean {
  const value = object[name];
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null;
}
