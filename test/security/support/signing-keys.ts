import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(tmpdir(), 'gateway-template-rsa-keys');
let taken = 0;

/** A key that no other call in this suite gives. To make one takes a tenth of a second, so a machine makes it once. */
export function takeSigningKey(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  taken += 1;
  const path = join(FOLDER, `${taken}.pem`);
  const privateKey = createPrivateKey(readIfThere(path) ?? makeKey(path));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function makeKey(path: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const draft = `${path}.${process.pid}`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(draft, pem, { mode: 0o600 });
  renameSync(draft, path);
  return pem;
}
