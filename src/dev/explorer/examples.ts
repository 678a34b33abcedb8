import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An operation that works at once against the embedded sandbox. Its variables may hold placeholders.
 * A page that loads fills in `{{keyOf:Name}}`, a fresh idempotency key of the named example, and
 * `{{origin}}`, the gateway's own. Sending fills in `{{idOf:Name}}` and `{{orderIdOf:Name}}` of the
 * payment that the named example makes.
 */
export interface Example {
  readonly name: string;
  readonly story: string;
  /** What to see in the answer: the comment at the top of its document. */
  readonly teaches: string;
  /** The example whose payment this one needs. Its key charges once, however often it is sent. */
  readonly after?: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const FOLDER = join(__dirname, 'examples');

let examples: readonly Example[] | null = null;

export function readExamples(): readonly Example[] {
  return (examples ??= readIndex().map(readExample));
}

type IndexEntry = Omit<Example, 'teaches' | 'query'>;

function readIndex(): IndexEntry[] {
  return JSON.parse(readFileSync(join(FOLDER, 'examples.json'), 'utf8')) as IndexEntry[];
}

function readExample(entry: IndexEntry): Example {
  const query = readFileSync(join(FOLDER, `${entry.name}.graphql`), 'utf8');
  const comment = [...query.matchAll(/^# (.*)$/gm)].map(([, line]) => line).join(' ');
  const teaches = comment.replace(`Follows ${entry.after ?? ''}. `, '');
  return { ...entry, teaches, query };
}
