import type { Clock } from '../../shared/clock.js';
import { createLogRateLimiter } from '../../shared/log/log-rate-limiter.js';
import type { Log } from '../../shared/log/log.js';

const REASONS = {
  issuerSlash:
    'AUTH_ISSUER and the iss of the tokens differ by the slash at the end: set AUTH_ISSUER to that iss, ' +
    'to the character.',
  issuer: 'The iss of the tokens is another than AUTH_ISSUER, which must be equal to it to the character.',
  noAudience:
    'The tokens have no aud: have the issuer name one, or, where it never does, ' +
    'set AUTH_CLIENT_IDS in place of AUTH_AUDIENCE.',
  audience: 'The aud of the tokens does not hold AUTH_AUDIENCE.',
  hasAudience:
    'The tokens have an aud, which is for tokens of AUTH_AUDIENCE: set that in place of AUTH_CLIENT_IDS, ' +
    'unless these are ID tokens.',
  foreignClient: 'The client_id of the tokens is none of AUTH_CLIENT_IDS.',
  notAccess: 'ID tokens are sent: clients have to send their access tokens.',
  numericCustomer:
    'The claim of AUTH_CUSTOMER_CLAIM holds a number, and long ones lose digits on the way: ' +
    'have the issuer write it as a text.',
  severalKeys:
    'A token names no key (kid) of the key set, and several of its keys may have signed it: ' +
    'have the issuer give its keys and tokens a kid.',
} as const;
export type SetupFault = keyof typeof REASONS;

interface SetupWarningsDeps {
  readonly clock: Clock;
  readonly log: Log;
}

const WARNING_EVERY_MS = 60_000;

export function createSetupWarnings({ clock, log }: SetupWarningsDeps): (fault: SetupFault) => void {
  const lines = createLogRateLimiter<SetupFault>({ clock, windowMs: WARNING_EVERY_MS, linesPerWindow: 1 });
  return (fault) => {
    if (lines.admit(fault) > 0) log.warn({ reason: REASONS[fault] }, 'authentication.token-refused');
  };
}
