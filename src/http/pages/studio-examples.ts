import { randomBytes } from 'node:crypto';
import type { ExplorerContents } from '../../graphql/landing-page/studio.plugin.js';
import { comment, describe, writeOperation, type Example } from './example-builders.js';
import { EXAMPLES } from './example-operations.js';
import {
  indent,
  OUTCOME_SELECTION,
  PAGE_SELECTION,
  PAYMENT_SELECTION,
  RENEWED_QR_SELECTION,
} from './example-selections.js';

/**
 * The examples as Apollo Studio takes them from a page: one document with all operations, grouped by story, and one set of variables, in which each
 * operation has a name of its own. Keys are fresh at each call. `origin` is the gateway's: payers come back to its demo.
 */
export function studioExamples(origin: string): ExplorerContents {
  const run = randomBytes(8).toString('hex');
  const examples = EXAMPLES.map((example) => withOwnVariable(example));
  const variables = Object.assign({}, ...examples.map((example) => example.variables)) as Record<string, unknown>;
  return { document: writeDocument(examples), variables: fillIn(variables, { origin, run }) };
}

const PREFACE =
  'One operation for each story. Put the cursor into one and press its run button. The variables hold one entry for each operation, with a fresh key. Where one follows another, run that first, and put the id from its answer into the variables where one is asked for.';

function writeDocument(examples: readonly Example[]): string {
  const stories = [...new Set(examples.map(({ story }) => story))];
  const parts = stories.map((story) =>
    [`# ${story.toUpperCase()}`, ...examples.filter((example) => example.story === story).map(writeExample)].join(
      '\n\n',
    ),
  );
  return `${[comment(PREFACE), ...parts, FRAGMENTS].join('\n\n')}\n`;
}

function writeExample(example: Example): string {
  return `${comment(describe(example))}\n${writeOperation(example, `...${example.selection.fragment}`)}`;
}

const SPREAD_PAYMENT = `...${PAYMENT_SELECTION.fragment}`;
const FRAGMENTS = [OUTCOME_SELECTION, RENEWED_QR_SELECTION, PAGE_SELECTION, PAYMENT_SELECTION]
  .map(({ fragment, on, fields }) => `fragment ${fragment} on ${on} {\n${indent(fields(SPREAD_PAYMENT), 2)}\n}`)
  .join('\n\n');

/** The only variable takes the operation's name; several keep their own. */
function withOwnVariable(example: Example): Example {
  const [[name, type] = [], ...others] = Object.entries(example.parameters);
  if (name === undefined || type === undefined || others.length > 0) return example;
  const own = example.name.replace(/^./, (letter) => letter.toLowerCase());
  return {
    ...example,
    parameters: { [own]: type },
    field: example.field.replace(`$${name}`, `$${own}`),
    variables: { [own]: example.variables[name] },
  };
}

/** Studio can't take ids out of answers, so a sentence stands where one belongs. */
function fillIn(variables: Record<string, unknown>, { origin, run }: Record<'origin' | 'run', string>) {
  const text = JSON.stringify(variables)
    .replaceAll('{{origin}}', origin)
    .replace(/\{\{keyOf:(\w+)\}\}/g, `studio-$1-${run}`)
    .replace(/\{\{(?:idOf|orderIdOf):(\w+)\}\}/g, 'the id that $1 answered with');
  return JSON.parse(text) as Record<string, unknown>;
}
