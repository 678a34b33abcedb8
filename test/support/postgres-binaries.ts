import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installIfRoot } from './debian-package.js';

/** The folder with `initdb` and `postgres`. Root on Debian installs the package where it is missing; anybody else is told how. */
export function findPostgresBinaries(): string {
  const found = find();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) install();
  const installed = find();
  if (installed === null)
    throw new Error(
      'PostgreSQL is not installed, and the tests of the store run on a real one. Install it (Debian: apt-get install postgresql) or put initdb and postgres on the PATH.',
    );
  return installed;
}

const DEBIAN_ROOT = '/usr/lib/postgresql';

/** The newest of Debian's versions, which are not on the PATH, else whatever is. */
function find(): string | null {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...versions.map((version) => join(DEBIAN_ROOT, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return candidates.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null;
}

/** Only the programs: without the setting the package would also make and start a server of its own. */
function install(): void {
  mkdirSync('/etc/postgresql-common/createcluster.d', { recursive: true });
  writeFileSync('/etc/postgresql-common/createcluster.d/no-cluster.conf', 'create_main_cluster = false\n');
  installIfRoot('postgresql');
}
