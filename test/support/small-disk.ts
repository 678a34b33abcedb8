import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts a disk of a few megabytes that a test can fill. Takes root and the right to mount; without them the test fails. */
export function mountSmallDisk(megabytes: number): { readonly path: string; unmount(): void } {
  const path = mkdtempSync(join(tmpdir(), 'gateway-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (cause) {
    rmSync(path, { recursive: true });
    throw new Error('A full disk is tested on a small one of its own: run as root where mounting a tmpfs is allowed.', {
      cause,
    });
  }
  return {
    path,
    unmount: () => {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}
