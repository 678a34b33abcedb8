import { randomBytes } from 'node:crypto';
import { readExamples, type Example } from './examples.js';

interface StudioContents {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface StudioRequest {
  readonly origin: string;
  readonly name: string | null;
  /** The examples of one visit share their keys. Null begins a new visit. */
  readonly run: string | null;
}

/**
 * Studio takes one document from a page: it ends with the addresses of the other examples, and an
 * example that needs a payment's id stands below the one that makes it.
 */
export function studioExample({ origin, name, run }: StudioRequest): StudioContents {
  const examples = readExamples();
  const example = examples.find((candidate) => candidate.name === name) ?? examples[0];
  if (example === undefined) throw new Error('There are no examples.');
  const visit = run !== null && /^[0-9a-f]{16}$/.test(run) ? run : randomBytes(8).toString('hex');
  const shown = [...findMaker(example), example];
  const variables = Object.assign({}, ...shown.map((one) => one.variables)) as Record<string, unknown>;
  return {
    document: [...shown.map(({ query }) => query), writeIndex(origin, visit)].join('\n'),
    variables: fillIn(variables, { origin, visit }),
  };
}

function findMaker({ after, variables }: Example): Example[] {
  return ID_OF_ANOTHER.test(JSON.stringify(variables)) ? readExamples().filter(({ name }) => name === after) : [];
}

const ID_OF_ANOTHER = /\{\{(?:idOf|orderIdOf):\w+\}\}/;

function writeIndex(origin: string, visit: string): string {
  const examples = readExamples();
  const stories = [...new Set(examples.map(({ story }) => story))];
  const lines = stories.flatMap((story) => [
    `# ${story}`,
    ...examples
      .filter((example) => example.story === story)
      .map(({ name }) => `#   ${name}: ${origin}/graphql?example=${name}&run=${visit}`),
  ]);
  return ['# ALL EXAMPLES, each with its variables. Open an address in the browser:', ...lines, ''].join('\n');
}

/** Studio can't take ids out of answers, so a sentence stands where one belongs. */
function fillIn(variables: Record<string, unknown>, { origin, visit }: Record<'origin' | 'visit', string>) {
  const text = JSON.stringify(variables)
    .replaceAll('{{origin}}', origin)
    .replace(/\{\{keyOf:(\w+)\}\}/g, `studio-$1-${visit}`)
    .replace(
      /\{\{(idOf|orderIdOf):(\w+)\}\}/g,
      (_all, kind: string, name: string) =>
        `${kind === 'idOf' ? 'id' : 'orderId'} of the payment that ${name} answers with`,
    );
  return JSON.parse(text) as Record<string, unknown>;
}
