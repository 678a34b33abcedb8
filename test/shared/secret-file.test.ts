import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Clock } from '../../src/shared/clock.js';
import { createSecret } from '../../src/shared/secret-file.js';

const log = pino({ level: 'silent' });

describe('a mounted secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const file = join(folder, 'key');
  afterAll(() => rmSync(folder, { recursive: true }));

  let nowMs = 0;
  let version = 0;
  const clock: Clock = { now: () => nowMs, monotonicNow: () => nowMs, sleep: () => Promise.resolve() };
  const write = (content: string): void => {
    writeFileSync(file, content);
    version += 1;
    utimesSync(file, version, version);
  };
  const later = (): void => {
    nowMs += 2_000;
  };

  it('is read again after it was rolled', () => {
    write('first\n');
    const secret = createSecret('first', file, { clock, log });
    expect(secret()).toBe('first');
    write('second\n');
    later();
    expect(secret()).toBe('second');
  });

  it('is looked at every two seconds, not at every call', () => {
    write('first');
    const secret = createSecret('first', file, { clock, log });
    secret();
    write('second');
    expect(secret()).toBe('first');
  });

  it('goes on while its file is empty or gone', () => {
    write('first');
    const secret = createSecret('first', file, { clock, log });
    write('');
    later();
    expect(secret()).toBe('first');
    rmSync(file);
    later();
    expect(secret()).toBe('first');
    write('second');
    later();
    expect(secret()).toBe('second');
  });

  it('is the value where there is no file', () => {
    expect(createSecret('plain', null, { clock, log })()).toBe('plain');
  });
});
