import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JSONWebKeySet, type JWK } from 'jose';
import { makeDataFolder, unusableDataFolder } from '../shared/data-folder.js';

/** The key by which this machine signs its own tokens, for trying authentication without an identity provider. */
interface DevelopmentKey {
  readonly publicKeys: JSONWebKeySet;
  sign(token: DevelopmentToken): Promise<string>;
}

interface DevelopmentToken {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const ALGORITHM = 'ES256';
const KEY_FILE = 'development-key.json';

/**
 * Reads the key from the data folder, or makes it there. Access to the file is access to every
 * account, so production never uses it.
 */
export async function openDevelopmentKey(dataDir: string): Promise<DevelopmentKey> {
  const jwk = await readOrMake(dataDir);
  const { kty, crv, x, y, kid, alg, use } = jwk;
  return {
    publicKeys: { keys: [{ kty, crv, x, y, kid, alg, use }] },
    sign: async ({ issuer, audience, claims, issuedAt, expiresAt }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(await importJWK(jwk, ALGORITHM)),
  };
}

async function readOrMake(dataDir: string): Promise<JWK> {
  const file = join(dataDir, KEY_FILE);
  await makeDataFolder(dataDir);
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const made = { ...(await exportJWK(privateKey)), kid: 'development', alg: ALGORITHM, use: 'sig' };
  // The gateway and the command may both be first: one of them writes, both read.
  await writeFile(file, JSON.stringify(made), { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusableDataFolder(dataDir, error);
  });
  return JSON.parse(await readFile(file, 'utf8')) as JWK;
}
