import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const projectDir = fileURLToPath(new URL('..', import.meta.url));
/** Apart from dist/, which somebody may be running. */
const outDir = fileURLToPath(new URL('../node_modules/.cache/schema', import.meta.url));

export const SCHEMA_FILE = fileURLToPath(new URL('../schema/payments.graphql', import.meta.url));

/** Compiles the classes as they are now and returns the text of schema/payments.graphql that belongs to them. */
export function printSchemaFile() {
  const swc = fileURLToPath(new URL('../node_modules/.bin/swc', import.meta.url));
  execFileSync(swc, ['src', '--out-dir', outDir, '--strip-leading-paths', '--quiet'], { cwd: projectDir });
  return createRequire(import.meta.url)(`${outDir}/graphql/schema.js`).printPaymentsSchema();
}
