import { readFileSync } from 'node:fs';
import { generate, loadCodegenConfig } from '@graphql-codegen/cli';
import { buildManifest, MANIFEST_FILE } from './build-manifest.mjs';
import { printSchemaFile, SCHEMA_FILE } from './compile-schema.mjs';

/** Fails, naming the command that helps, when a generated file in the tree is not what would be generated now. */
const stale = [
  ...(isStale(SCHEMA_FILE, printSchemaFile()) ? ['npm run schema:print'] : []),
  ...(await staleOperations()),
  ...(isStale(MANIFEST_FILE, buildManifest()) ? ['npm run persisted:manifest'] : []),
];
for (const command of stale)
  process.stderr.write(`A generated file is stale: run \`${command}\` and commit what it writes.\n`);
if (stale.length > 0) process.exitCode = 1;

async function staleOperations() {
  const { config } = await loadCodegenConfig({ configFilePath: 'codegen.yml' });
  const files = await generate({ ...config, silent: true }, false);
  return files.some(({ filename, content }) => isStale(filename, content)) ? ['npm run codegen'] : [];
}

function isStale(file, expected) {
  try {
    return readFileSync(file, 'utf8') !== expected;
  } catch {
    return true;
  }
}
