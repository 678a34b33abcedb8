import { Writable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { createLog } from '../../src/shared/log/log.js';
import { redactedExcerpt, redactText } from '../../src/shared/log/redact.js';

const MEGABYTE = 1_048_576;

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
    ['id-eyJhbGciOi.eyJzdWIi.c2ln, a=eyJhbGciOi.eyJzdWIi.', 'id-[redacted], a=[redacted]'],
    ['host.example.eyJhbGciOi.eyJzdWIi.c2ln', 'host.example.[redacted]'],
    [`${'long'.repeat(20)}@shop.example`, '[redacted]'],
    ['redis://:pass@cache:6379', 'redis://[redacted]@cache:6379'],
    ['postgres://user:p@ss@db:5432/x', 'postgres://[redacted]@db:5432/x'],
    ['sk_test_a%62c, whsec_a%62c and Bearer a%2Cb', '[redacted], [redacted] and Bearer [redacted]'],
    ['pi_card_%31234567890, pi_1234', 'pi_…7890, pi_1234'],
    ['/x/a@shop.ex%61mple and eyJhbGciOi.eyJz%64WIi.c2ln', '[redacted] and [redacted]'],
  ])('turns %p into %p', (text, redacted) => {
    expect(redactText(text)).toBe(redacted);
  });

  it('leaves payment ids and sentences alone', () => {
    const text = 'payment pay_0190aa recorded: SUCCEEDED after 12 ms by pay.internal.example, not by heyJude.x.y';
    expect(redactText(text)).toBe(text);
  });

  // Work that grows with the square of the length would go on for an hour.
  it.each([
    ...[
      'a',
      'a.',
      'a@',
      'a@b',
      'aB3_',
      'eyJ',
      'eyJ-',
      'eyJa.',
      'a-eyJ-.',
      'sk_test',
      'sk_test_-',
      'whsec_',
      'pi_',
      'pi_a-',
    ],
    ...[
      'Bearer ',
      'Bearer\t\t\t',
      'Bearer!',
      'a://',
      'a://b',
      'a://b:',
      'a://b:c',
      'a:',
      '://',
      ':@',
      '\\',
      ' ',
      '\n',
      'é@é.',
    ],
    ...['%', '%2', '%pi_', 'pi_%', 'pi_%4', 'sk_test_%', '%40', 'a%40b.', '%25', '%2525252540', '%E0%A4%A', '%%34%30'],
  ])('is done with a megabyte of %p', (piece) => {
    const texts = [piece.repeat(MEGABYTE / piece.length), `Bearer${piece.repeat(MEGABYTE / piece.length)}!`];
    const redactAll = () => texts.map((text) => [redactText(text), redactedExcerpt(text, 100)]);
    expect(runInNewContext('redactAll()', { redactAll }, { timeout: 30_000 })).toHaveLength(texts.length);
  });
});

describe('redactedExcerpt', () => {
  it('redacts before it cuts', () => {
    expect(redactedExcerpt('by first.last@shop.example', 8)).toBe('by [reda…');
    expect(redactedExcerpt('by nobody', 9)).toBe('by nobody');
  });

  it.each([
    ['/x/alice%40example.com', '[redacted]'],
    ['/x/alice%2540example.com', '[redacted]'],
    ['/x/%61lice%40ex%61mple%2Ecom?', '[redacted]?'],
    ['/x/sk%5Ftest_secret123', '/x/[redacted]'],
    ['/x/sk%5ftest%5fsecret123', '/x/[redacted]'],
    ['/x/%73%6B_test_s%65cret', '/x/[redacted]'],
    ['/x/%77hsec_0123%20', '/x/[redacted] '],
    ['/x/eyJhbGciOi%2EeyJzdWIi%2Ec2ln', '/x/[redacted]'],
    ['/x/pi%5Fcard_1234567890', '/x/pi_…7890'],
    ['/x/Bearer%20abcdef.ghi', '/x/Bearer [redacted]'],
    ['/x/%E0%A4%A/sk%5Ftest_1', '/x/%E0%A4%A/[redacted]'],
    ['/x/b%%34%30shop.example', '[redacted]'],
    ['/x/%00sk%5Ftest_1', '/x/\0[redacted]'],
    ['/x/postgres:%2F%2Fuser:p%252Fss@db', '/x/postgres://[redacted]@db'],
    ['/x/sk_test_a%62c/sk%5Ftest_1', '/x/[redacted]/[redacted]'],
    [`/x/b%${'25'.repeat(3)}40shop.example`, '[redacted]'],
    [`/x/b%${'25'.repeat(40)}40shop.example`, '[redacted]'],
  ])('turns %p, which spells it with percent signs, into %p', (text, redacted) => {
    expect(redactedExcerpt(text, 200)).toBe(redacted);
  });

  it.each(['/x/%E0%A4%A', '/x/a%20b', '/100%', '/%zz/%2', '/caf%C3%A9%2Fau%2520lait', '/%FF%00'])(
    'leaves %p as it was sent: nothing is hidden in it',
    (text) => {
      expect(redactedExcerpt(text, 200)).toBe(text);
    },
  );
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
    log.info({ paymentId: 'pay_1' }, 'recorded');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', paymentId: 'pay_1', msg: 'recorded' });
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

  it('redacts what an error quotes of an encoded URL', () => {
    const { log, lines } = capture();
    log.error({ err: new Error('no route for /x/buyer%40shop.example') }, 'failed');
    expect(lines[0]).toContain('no route for [redacted]');
    expect(lines[0]).not.toContain('buyer');
  });

  it('does not write down at length what an error quotes', () => {
    const { log, lines } = capture();
    log.error({ err: new Error('x'.repeat(MEGABYTE)) }, 'failed');
    expect(lines[0]?.length).toBeLessThan(20_000);
  });
});
