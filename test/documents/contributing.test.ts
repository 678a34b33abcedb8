import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { itemsOf, readSection } from '../support/documents.js';

const section = readSection('CONTRIBUTING.md', 'Add a mutation');

/** The paths that stand before the colon of a list's items. */
const pathsOf = (items: readonly string[]): string[] =>
  items.flatMap((item) => [...(item.split('`: ')[0] ?? '').matchAll(/src\/[\w./-]+/g)].map(([path]) => path));

const STEPS = pathsOf([...section.matchAll(/^\d+\. (.+)$/gm)].map(([, step = '']) => step));
const BESIDES = pathsOf(itemsOf(section));

describe('the files of a mutation that CONTRIBUTING.md lists', () => {
  const mentioning = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((name) => join('src', name))
    .filter((path) => statSync(path).isFile() && mentions(path));

  it('are at most nine', () => {
    expect(STEPS.length).toBeGreaterThan(5);
    expect(STEPS.length).toBeLessThanOrEqual(9);
  });

  it('each name the operation', () => {
    expect(STEPS.filter((path) => !mentioning.includes(path))).toEqual([]);
  });

  it('are all that name it, but for the few kinds that are listed besides', () => {
    const listed = [...STEPS, ...BESIDES];
    const isListed = (path: string) => listed.some((name) => path === name || path.startsWith(`${name}/`));
    expect(mentioning.filter((path) => !isListed(path))).toEqual([]);
  });

  it('leave no kind besides that names it no more', () => {
    expect(BESIDES.filter((name) => !mentioning.some((path) => path.startsWith(name)))).toEqual([]);
    expect(BESIDES.length).toBeLessThanOrEqual(4);
  });

  function mentions(path: string): boolean {
    return /refresh-?wallet-?qr/i.test(path) || /refresh-?wallet-?qr/i.test(readFileSync(path, 'utf8'));
  }
});

describe('the scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

  it('are each named in the table of README.md', () => {
    const named = new Set(
      [...readFileSync('README.md', 'utf8').matchAll(/^\| `npm (?:run )?([\w:]+)/gm)].map(([, name]) => name),
    );
    expect(Object.keys(scripts).filter((name) => !named.has(name))).toEqual([]);
  });
});
