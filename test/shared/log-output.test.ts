import { createLogOutput } from '../../src/shared/log/log-output.js';

/** A file on a disk with so many bytes left. */
function newDisk(room: number) {
  const disk = { room, text: '' };
  const events: string[] = [];
  const output = createLogOutput({
    writeBytes: (bytes) => {
      if (disk.room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      const written = bytes.subarray(0, disk.room);
      disk.room -= written.length;
      disk.text += Buffer.from(written).toString();
      return written.length;
    },
    onFailing: (code) => void events.push(code),
    onLost: (lines) => void events.push(`${lines} lost`),
  });
  return { disk, events, output };
}

const MEBIBYTE = 1_048_576;

describe('createLogOutput', () => {
  it('writes the rest of a line that was cut before the lines after it', () => {
    const { disk, output } = newDisk(4);

    output.write('first\n');
    output.write('second\n');
    disk.room = 100;
    output.flush();

    expect(disk.text).toBe('first\nsecond\n');
  });

  it('says once that writing fails, and again when it has failed anew', () => {
    const { disk, events, output } = newDisk(0);

    output.write('a');
    output.flush();
    disk.room = 1;
    output.flush();
    output.write('b');

    expect(events).toEqual(['ENOSPC', 'ENOSPC']);
  });

  it('counts the lines that it has no room for', () => {
    const { disk, events, output } = newDisk(0);

    output.write('x'.repeat(MEBIBYTE));
    output.write('y');
    output.write('z');
    disk.room = 2 * MEBIBYTE;
    output.flush();
    output.write('!');

    expect(events).toEqual(['ENOSPC', '2 lost']);
    expect(disk.text).toBe(`${'x'.repeat(MEBIBYTE)}!`);
  });
});
