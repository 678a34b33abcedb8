// Names exports of src that no other module imports: each is a promise to nobody.
import { createRequire } from 'node:module';

const { analyzeTsConfig } = createRequire(import.meta.url)('ts-unused-exports');
const { unusedExports } = analyzeTsConfig('tsconfig.json', ['--searchNamespaces']);
const files = Object.entries(unusedExports).filter(([file]) => file.includes('/src/'));
for (const [file, exports] of files)
  process.stderr.write(`${file}: ${exports.map(({ exportName }) => exportName).join(', ')}\n`);
if (files.length > 0) process.exitCode = 1;
