import { readFileSync, statSync } from 'node:fs';
import type { Clock } from './clock.js';
import type { Log } from './log/log.js';

interface SecretFileDeps {
  readonly clock: Clock;
  readonly log: Log;
}

const CHECK_EVERY_MS = 2_000;

/**
 * Reads a secret from its file again and again, so that it can be rolled without a restart. While the file is empty
 * or unreadable, as during a replacement, the last one stays. Without a file, the value is the secret.
 */
export function createSecret(value: string, file: string | null, { clock, log }: SecretFileDeps): () => string {
  if (file === null) return () => value;
  let secret = value;
  let modifiedMs = Number.NaN;
  let checkAtMs = clock.monotonicNow();
  return () => {
    if (clock.monotonicNow() < checkAtMs) return secret;
    checkAtMs = clock.monotonicNow() + CHECK_EVERY_MS;
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
