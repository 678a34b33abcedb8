import { readFileSync } from 'node:fs';
import { ALARMS } from '../../src/payments/ports/alarms.js';
import { FLAG_REASONS } from '../../src/payments/ports/reconciliation-store.js';
import { entriesOf, readSection } from '../support/documents.js';

const entriesUnder = (heading: string) => entriesOf(readSection('docs/operators.md', heading));

describe('docs/operators.md', () => {
  it('lists every alarm with its fields, what it means and what to do, and no other', () => {
    const expected = Object.entries(ALARMS).map(([name, { fields, means, action }]) => ({
      heading: `\`${name}\``,
      fields: { Fields: fields.map((field) => `\`${field}\``).join(', '), Meaning: means, Do: action },
    }));
    expect(entriesUnder('Alarms')).toEqual(expected);
  });

  it('lists every reason of a flag, the gravest first, with what it means and what to do', () => {
    const expected = Object.entries(FLAG_REASONS).map(([reason, means]) => ({
      heading: `\`${reason}\``,
      fields: { Meaning: means, Do: expect.stringMatching(/^.{20,}$/) as unknown },
    }));
    expect(entriesUnder('Flags')).toEqual(expected);
  });

  it('is linked, with the page on failover, where operators begin to read', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toContain('(docs/operators.md)');
    expect(readme).toContain('(docs/failover.md)');
  });
});
