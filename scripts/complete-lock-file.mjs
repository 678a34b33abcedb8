// Adds to package-lock.json the optional packages of other platforms that npm leaves out where the registry does not offer them.
// `npm ci` refuses a lock file without them, also on platforms that would never install them. `--check` only looks.
import { readFileSync, writeFileSync } from 'node:fs';

const LOCK_FILE = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(LOCK_FILE, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .map(([name, range]) => ({ name, version: range.replace(/^[~^]/, ''), isDevelopment: entry.dev === true })),
);

if (process.argv.includes('--check')) {
  for (const { name } of missing) console.error(`package-lock.json lacks the optional package ${name}.`);
  if (missing.length > 0) console.error('Run `node scripts/complete-lock-file.mjs`.');
  process.exit(missing.length === 0 ? 0 : 1);
}
for (const { name, version, isDevelopment } of missing) {
  lock.packages[`node_modules/${name}`] = {
    version,
    optional: true,
    ...platformOf(name),
    ...(isDevelopment && { dev: true }),
  };
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} added`);

/** A package is looked for in the folder of the one that wants it, then in the folders above, as Node does. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}

/** `core-darwin-arm64` names the platform that it is for. */
function platformOf(name) {
  const [, os, cpu] = /(darwin|linux|win32|android|freebsd|openharmony)-([a-z0-9]+)/.exec(name) ?? [];
  return os === undefined ? {} : { os: [os], cpu: [cpu] };
}
