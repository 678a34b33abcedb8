import { randomBytes } from 'node:crypto';
import { writeExample, type Example } from './example-builders.js';
import { EXAMPLES } from './example-operations.js';

/** What Apollo Studio's explorer opens with. */
export interface StudioContents {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface StudioRequest {
  /** The gateway's: payers come back to its demo. */
  readonly origin: string;
  /** The example's; of an unknown one, or null, the first is shown. */
  readonly name: string | null;
  /** Of a visit: its examples share their keys, and no other visit's. Null begins a new one. */
  readonly run: string | null;
}

/**
 * An example for Apollo Studio, which takes one document and one set of variables from a page. The document ends with the addresses of all
 * the others, grouped by story. An example that needs the id of a payment stands below the one that makes it.
 */
export function studioExample({ origin, name, run }: StudioRequest): StudioContents {
  const example = EXAMPLES.find((candidate) => candidate.name === name) ?? FIRST;
  const visit = run !== null && /^[0-9a-f]{16}$/.test(run) ? run : randomBytes(8).toString('hex');
  const shown = [...findMaker(example), example];
  const variables = Object.assign({}, ...shown.map((one) => one.variables)) as Record<string, unknown>;
  return {
    document: `${[...shown.map(writeExample), writeIndex(origin, visit)].join('\n\n')}\n`,
    variables: fillIn(variables, { origin, visit }),
  };
}

const [FIRST] = EXAMPLES as readonly [Example];

/** The example whose answer has the id that this one needs. */
function findMaker({ after, variables }: Example): Example[] {
  return ID_OF_ANOTHER.test(JSON.stringify(variables)) ? EXAMPLES.filter(({ name }) => name === after) : [];
}

const ID_OF_ANOTHER = /\{\{(?:idOf|orderIdOf):\w+\}\}/;

function writeIndex(origin: string, visit: string): string {
  const stories = [...new Set(EXAMPLES.map(({ story }) => story))];
  const lines = stories.flatMap((story) => [
    `# ${story}`,
    ...EXAMPLES.filter((example) => example.story === story).map(
      ({ name }) => `#   ${name}: ${origin}/graphql?example=${name}&run=${visit}`,
    ),
  ]);
  return ['# ALL EXAMPLES, each with its variables. Open an address in the browser:', ...lines].join('\n');
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
