import { Writable } from 'node:stream';
import { createLog } from '../../src/shared/log.js';
import { redactText } from '../../src/shared/redact.js';

describe('redactText', () => {
  it.each([
    ['key sk_test_abc-DEF_1', 'key [redacted]'],
    ['sk_prod_9 and sk_uat_8', '[redacted] and [redacted]'],
    ['whsec_abc123', '[redacted]'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
    ['token eyJhbGciOi.eyJzdWIi.c2ln', 'token [redacted]'],
    ['mail first.last+tag@shop.example now', 'mail [redacted] now'],
    ['instrument pi_0123456789', 'instrument pi_…6789'],
    ['postgres://user:pass@db:5432/x', 'postgres://[redacted]@db:5432/x'],
  ])('turns %p into %p', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it('leaves payment ids and sentences alone', () => {
    const text = 'payment pay_0190aa settled: SUCCEEDED after 12 ms';
    expect(redactText(text)).toBe(text);
  });
});

describe('createLog', () => {
  function capture() {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    return { log: createLog('info', destination), lines };
  }

  it('writes one JSON line with level and time', () => {
    const { log, lines } = capture();
    log.info({ paymentId: 'pay_1' }, 'settled');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', paymentId: 'pay_1', msg: 'settled' });
  });

  it('redacts what an error brings along and drops its other properties', () => {
    const { log, lines } = capture();
    const error = Object.assign(new Error('refused for buyer@shop.example', { cause: new Error('sk_test_1') }), {
      request: { headers: { 'X-API-KEY': 'plain-secret' } },
    });
    log.error({ err: error }, 'failed');
    expect(lines[0]).toContain('refused for [redacted]');
    expect(lines[0]).not.toMatch(/buyer@|sk_test|plain-secret/);
  });
});
