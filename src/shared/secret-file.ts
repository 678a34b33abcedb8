import { readFileSync, statSync } from 'node:fs';
import type { Clock } from './clock.js';
import type { Log } from './log/log.js';

export interface SecretFileDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the file is looked at, at most: a rolled secret is in use this long after it was written. */
const LOOK_EVERY_MS = 2_000;

/**
 * The secret in a mounted file as it is now, so that it can be rolled without a restart. Where the file can't be read or is empty for a
 * moment, as while it is replaced, the last one goes on. Without a file, the value is the secret.
 */
export function createSecret(value: string, file: string | null, { clock, log }: SecretFileDeps): () => string {
  if (file === null) return () => value;
  let secret = value;
  let modifiedMs = Number.NaN;
  let lookAtMs = clock.monotonicNow();
  return () => {
    if (clock.monotonicNow() < lookAtMs) return secret;
    lookAtMs = clock.monotonicNow() + LOOK_EVERY_MS;
    try {
      const { mtimeMs } = statSync(file);
      if (mtimeMs === modifiedMs) return secret;
      const content = readFileSync(file, 'utf8').trim();
      if (content !== '') secret = content;
      modifiedMs = mtimeMs;
    } catch {
      log.warn({}, 'secret-file.unreadable');
    }
    return secret;
  };
}
