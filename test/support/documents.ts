import { readFileSync } from 'node:fs';

/** What stands under a `###` heading: a list of labelled texts, such as `- **Advice:** …`. */
export interface DocumentEntry {
  readonly heading: string;
  /** By label, without its stars and its colon. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The text under a `##` heading, each list item on one line. Throws where the page has no such heading. */
export function readSection(path: string, heading: string): string {
  const [, section] = readFileSync(path, 'utf8').split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`${path} has no section ${heading}`);
  return (section.split('\n## ')[0] ?? '').replace(/\n +(?=[^-\s])/g, ' ').trim();
}

/** The items of every list in a section, without their dashes. */
export function itemsOf(section: string): readonly string[] {
  return [...section.matchAll(/^- (.+)$/gm)].map(([, item = '']) => item);
}

export function entriesOf(section: string): readonly DocumentEntry[] {
  return section
    .split(/^### /m)
    .slice(1)
    .map((entry) => {
      const [heading = ''] = entry.split('\n');
      const labelled = entry.matchAll(/^- \*\*(.+?):?\*\* (.+)$/gm);
      return { heading, fields: Object.fromEntries([...labelled].map(([, label, text]) => [label, text])) };
    });
}
