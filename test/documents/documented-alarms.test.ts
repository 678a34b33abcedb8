import { readFileSync } from 'node:fs';
import { ALARMS } from '../../src/payments/ports/alarms.js';
import { FLAG_REASONS } from '../../src/payments/ports/reconciliation-store.js';

const documentation = readFileSync('docs/operators.md', 'utf8');

/** The rows of the table under a heading, blanks folded. */
function rowsUnder(heading: string): string[] {
  const section = documentation.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((row) => row.startsWith('| `'))
    .map((row) => row.replace(/ +/g, ' '));
}

describe('docs/operators.md', () => {
  it('lists every alarm with its fields, what it means and what to do, and no other', () => {
    const expected = Object.entries(ALARMS).map(
      ([name, { fields, means, action }]) =>
        `| \`${name}\` | ${fields.map((field) => `\`${field}\``).join(', ')} | ${means} | ${action} |`,
    );
    expect(rowsUnder('Alarms')).toEqual(expected);
  });

  it('lists every reason of a flag, the gravest first, with what it means and what to do', () => {
    const expected = Object.entries(FLAG_REASONS).map(([reason, means]) =>
      expect.stringMatching(new RegExp(`^\\| \`${reason}\` \\| ${escaped(means)} \\| [^|]{20,} \\|$`)),
    );
    expect(rowsUnder('Flags')).toEqual(expected);
  });

  it('is linked, with the page on failover, where operators begin to read', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toContain('(docs/operators.md)');
    expect(readme).toContain('(docs/failover.md)');
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
