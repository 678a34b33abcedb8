import { parseArgs } from 'node:util';
import { DEV_AUDIENCE, DEV_ISSUER, type AuthConfig } from '../config/authentication.config.js';
import { readConfig } from '../config/config.js';
import { openDevelopmentKey } from './development-key.js';
import { systemClock } from '../shared/clock.js';
import { print, runCommand } from '../shared/command-output.js';

const USAGE =
  'Usage: npm run --silent token -- --customer c_1 | --client shop-server ' +
  '[--scope "payments:read payments:write"] [--minutes 60]';
const PERSON_SCOPES = 'payments:read payments:write';
const SERVICE_SCOPES = `${PERSON_SCOPES} payments:any-customer`;

async function printToken(): Promise<number> {
  const { values } = parseArgs({
    options: {
      customer: { type: 'string' },
      client: { type: 'string' },
      scope: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    print(`${USAGE}\n`);
    return 0;
  }
  const { customer, client, minutes } = values;
  if ((customer === undefined) === (client === undefined) || !/^\d{1,6}$/.test(minutes)) throw new Error(USAGE);
  const { production, store, auth } = readConfig();
  if (production) throw new Error('There are no development tokens in production.');
  const key = await openDevelopmentKey(store.dataDir);
  const issuedAt = Math.floor(systemClock.now() / 1000);
  const claims =
    client === undefined
      ? { [auth.tokens?.customerClaim ?? 'sub']: customer, ...toScopeClaim(values.scope ?? PERSON_SCOPES, auth) }
      : { sub: client, client_id: client, ...toScopeClaim(values.scope ?? SERVICE_SCOPES, auth) };
  const expiresAt = issuedAt + Number(minutes) * 60;
  const token = await key.sign({ issuer: DEV_ISSUER, audience: DEV_AUDIENCE, claims, issuedAt, expiresAt });
  print(`${token}\n`);
  return 0;
}

function toScopeClaim(scope: string, { tokens }: AuthConfig): Record<string, string> {
  const { claims, prefix } = tokens?.scopes ?? { claims: [], prefix: '' };
  const prefixed = scope.split(' ').map((name) => `${prefix}${name}`);
  return { [claims[0] ?? 'scope']: prefixed.join(' ') };
}

runCommand(printToken);
