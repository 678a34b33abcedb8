import { createAcceptedTokens } from '../../../src/http/authentication/accepted-tokens.js';
import { createTokenVerifier } from '../../../src/http/authentication/token-verifier.js';
import { HttpError } from '../../../src/http/transport/http-error.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { createLog } from '../../../src/shared/log/log.js';
import { AUDIENCE, nowSeconds, startIssuer, type Issuer } from '../../security/support/issuer.js';

const NOW_MS = 1_800_000_000_000;
const HOUR_SECONDS = 3_600;

class SetClock implements Clock {
  nowMs = NOW_MS;
  now = (): number => this.nowMs;
  monotonicNow = systemClock.monotonicNow;
  sleep = systemClock.sleep;
}

describe('a token that was accepted', () => {
  const payload = { sub: 'alice', exp: NOW_MS / 1000 + HOUR_SECONDS };

  it('is known for a minute', () => {
    const clock = new SetClock();
    const accepted = createAcceptedTokens(clock);
    accepted.keep('token', payload);
    clock.nowMs = NOW_MS + 59_999;
    expect(accepted.find('token')).toEqual(payload);
    clock.nowMs = NOW_MS + 60_000;
    expect(accepted.find('token')).toBeNull();
  });

  it('is not known beyond its own end', () => {
    const clock = new SetClock();
    const accepted = createAcceptedTokens(clock);
    accepted.keep('token', { ...payload, exp: NOW_MS / 1000 + 5 });
    clock.nowMs = NOW_MS + 5_000;
    expect(accepted.find('token')).toBeNull();
  });

  it('makes no other token known, however alike', () => {
    const accepted = createAcceptedTokens(new SetClock());
    accepted.keep('header.claims.signature', payload);
    expect(accepted.find('header.claims.signaturf')).toBeNull();
  });

  it('is forgotten when ten thousand came after it', () => {
    const accepted = createAcceptedTokens(new SetClock());
    for (let index = 0; index <= 10_000; index += 1) accepted.keep(`token-${index}`, payload);
    expect([accepted.find('token-0'), accepted.find('token-1')]).toEqual([null, payload]);
  });
});

describe('a caller whose token was accepted', () => {
  let issuer: Issuer;
  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => issuer.close());

  function verifierAt(clock: Clock) {
    const keys = new URL(issuer.jwksUrl);
    return createTokenVerifier({
      keys,
      proxy: null,
      issuer: issuer.issuer,
      audience: AUDIENCE,
      clientIds: [],
      clock,
      log: createLog('silent'),
      warn: () => undefined,
    });
  }

  it('is refused as soon as the token has expired', async () => {
    const clock = new SetClock();
    clock.nowMs = nowSeconds() * 1000;
    const verify = verifierAt(clock);
    const token = issuer.token({ exp: clock.nowMs / 1000 + 20 });
    await verify(token);
    clock.nowMs += 51_000;
    const refusal: unknown = await verify(token).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(HttpError);
    expect((refusal as HttpError).options.message).toBe('The access token has expired. Nothing was executed.');
  });

  it('makes nobody else accepted who sends the same claims under another signature', async () => {
    const verify = verifierAt(systemClock);
    const token = issuer.token();
    await verify(token);
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(256, 1).toString('base64url')}`;
    const refusal: unknown = await verify(forged).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(HttpError);
    expect((refusal as HttpError).options).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      message:
        'The access token is not accepted: its signature, issuer, audience, client or times are not what they ' +
        'must be. Nothing was executed.',
    });
  });

  it('is the same caller from the memory as from the check', async () => {
    const verify = verifierAt(systemClock);
    const token = issuer.token({ sub: 'carol' });
    expect(await verify(token)).toEqual(await verify(token));
  });
});
