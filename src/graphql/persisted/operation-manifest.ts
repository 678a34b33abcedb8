import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Texts of operations by their ids, the SHA-256 of the text in hex. */
export type OperationManifest = ReadonlyMap<string, string>;

const MANIFEST_FILE = join(__dirname, '../../../schema/manifest/persisted-query-manifest.json');

export function readOperationManifest(file: string = MANIFEST_FILE): OperationManifest {
  return new Map(parseManifest(file).operations.map(({ id, body }) => [id, body]));
}

export function getOperationId(manifest: OperationManifest, name: string): string {
  const begins = new RegExp(`^(?:query|mutation|subscription) ${name}\\b`);
  for (const [id, body] of manifest) {
    if (begins.test(body)) return id;
  }
  throw new Error(`The persisted query manifest has no operation ${name}.`);
}

interface ManifestFile {
  readonly operations: readonly { readonly id: string; readonly body: string }[];
}

function parseManifest(file: string): ManifestFile {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<string, unknown>>;
  if (manifest.format !== 'apollo-persisted-query-manifest' || manifest.version !== 1 || !isList(manifest.operations))
    throw new Error(`${file} is not a persisted query manifest of version 1.`);
  return { operations: manifest.operations };
}

function isList(operations: unknown): operations is ManifestFile['operations'] {
  return (
    Array.isArray(operations) &&
    operations.every(
      ({ id, body }: Partial<Record<string, unknown>>) => typeof id === 'string' && typeof body === 'string',
    )
  );
}
