import type { JSONWebKeySet } from 'jose';
import { isRouterSecret } from '../config/authentication.config.js';
import { toList } from '../config/environment.js';
import { createAuthenticator, type Authenticate } from '../http/authentication/authenticator.js';
import { createSecret } from '../shared/secret-file.js';
import type { CompositionDeps } from './composition-deps.js';

/** Without an identity provider (never in production) this machine's own key proves who is asking. */
export async function openAuthenticator(deps: CompositionDeps): Promise<Authenticate> {
  const { config, clock, log } = deps;
  const { tokens } = config.auth;
  const routerSecrets = openRouterSecrets(deps);
  if (tokens === null) return createAuthenticator({ tokens, routerSecrets, clock, log });
  const { jwksUrl, jwksProxy: proxy } = tokens;
  if (proxy !== null) log.info({ proxy: proxy.host }, 'authentication.through-proxy');
  const keys = jwksUrl === null ? await loadDevelopmentKeys(config.store.dataDir) : new URL(jwksUrl);
  return createAuthenticator({ tokens: { ...tokens, keys, proxy }, routerSecrets, clock, log });
}

/** A secret that could be guessed opens nothing, also where its file was rolled to it. */
function openRouterSecrets({ config, clock, log }: CompositionDeps): (() => readonly string[]) | null {
  const { routerSecrets } = config.auth;
  if (routerSecrets === null) return null;
  const secrets = createSecret(routerSecrets.value, routerSecrets.file, { clock, log });
  return () => toList(secrets()).filter(isRouterSecret);
}

async function loadDevelopmentKeys(dataDir: string): Promise<JSONWebKeySet> {
  const { openDevelopmentKey } = await import('../dev/development-key.js');
  return (await openDevelopmentKey(dataDir)).publicKeys;
}
