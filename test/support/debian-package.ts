import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Root on Debian installs the package; for anybody else nothing happens. Several test processes may come here at once. */
export function installIfRoot(debianPackage: string): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  execFileSync('apt-get', [...patience, 'update'], options);
  execFileSync('apt-get', [...patience, 'install', '-y', '--no-install-recommends', debianPackage], options);
}
