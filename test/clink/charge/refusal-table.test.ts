import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSAL_TABLE, TIMESTAMP_CODES } from '../../../src/clink/charge/refusal-table.js';

const PAGE = readFileSync(join(__dirname, '../../../docs/provider-answers.md'), 'utf8');

function sectionOf(heading: string): string {
  const section = PAGE.split('\n## ').find((text) => text.startsWith(heading));
  if (section === undefined) throw new Error(`docs/provider-answers.md has no section ${heading}`);
  return section;
}

describe('docs/provider-answers.md', () => {
  it('lists the refusal table as it is, each code with its meaning', () => {
    const rows = [...sectionOf('Refused').matchAll(/^\| `(\w+)`\s+\| (.+?)\s+\|$/gm)];

    expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(REFUSAL_TABLE);
  });

  it('lists the timestamp codes as they are', () => {
    const codes = sectionOf('Turned away').match(/\b\d{8}\b/g) ?? [];

    expect(new Set(codes)).toEqual(TIMESTAMP_CODES);
  });
});
