import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export function createKeySearch(keySet: JSONWebKeySet): JWTVerifyGetKey {
  const findNamed = createLocalJWKSet(keySet);
  const findUnnamed = createNamelessSearch(keySet);
  return async (header, token) => {
    try {
      return await findNamed(header, token);
    } catch (error) {
      if (isUnnamed(error)) return findUnnamed(header, token);
      throw error;
    }
  };
}

export function isUnnamed(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey;
}

/** Searches the keys without a `kid`, also for tokens that name one: the signature decides. */
export function createNamelessSearch({ keys }: JSONWebKeySet): JWTVerifyGetKey {
  const find = createLocalJWKSet({ keys: keys.filter(({ kid }) => kid === undefined) });
  return (header, token) => find({ ...header, kid: undefined }, token);
}
