import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { itemsOf, readSection } from '../support/documents.js';

interface ArrowRule {
  readonly name: string;
  /** Of the rules between rooms: `src/clink may import payments, shared`. */
  readonly comment?: string;
}

const { forbidden } = createRequire(__filename)(resolve('.dependency-cruiser.cjs')) as {
  readonly forbidden: readonly ArrowRule[];
};
const section = readSection('ARCHITECTURE.md', 'Rooms and arrows');

describe('ARCHITECTURE.md', () => {
  it('has the arrows between rooms that are enforced, and no other', () => {
    const drawn = itemsOf(section).map((item) => {
      const [, room = '', allowed = ''] = /^\*\*`(src\/\w+)`\*\*: .* May import: (.+)\.$/.exec(item) ?? [];
      return `${room} may import ${sorted(allowed)}`;
    });
    const enforced = forbidden
      .filter(({ name }) => /^arrows-of-\w+$/.test(name))
      .map(({ comment = '' }) => comment.replace('no other room', 'none'))
      .map((text) => text.replace(/(?<=may import ).+/, sorted));
    expect(drawn.sort()).toEqual(enforced.sort());
  });

  it('lists every room', () => {
    const rooms = readdirSync('src', { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`src/${entry.name}`] : [],
    );
    expect(rooms.filter((room) => !section.includes(`\`${room}\``))).toEqual([]);
  });

  it('argues every folder of src that has more than twelve files', () => {
    const [, folders = ''] = section.split('### Folders');
    const counts = new Map<string, number>();
    for (const entry of readdirSync('src', { recursive: true, withFileTypes: true }))
      if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
    const large = [...counts].filter(([, count]) => count > 12).map(([folder]) => folder);
    expect(large.filter((folder) => !folders.includes(`\`${folder}\``))).toEqual([]);
  });

  function sorted(list: string): string {
    return list.split(', ').sort().join(', ');
  }
});
