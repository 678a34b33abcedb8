import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, visit } from 'graphql';

const operationsDir = fileURLToPath(new URL('../schema/operations', import.meta.url));

export const MANIFEST_FILE = fileURLToPath(
  new URL('../schema/manifest/persisted-query-manifest.json', import.meta.url),
);

/**
 * The text of the manifest, in the format of Apollo's tools: every named operation of schema/operations with its fragments, as
 * @apollo/client sends it (with __typename in every selection), and the SHA-256 of that text as its id.
 */
export function buildManifest() {
  const definitions = readDefinitions();
  const fragments = new Map(
    definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]),
  );
  const operations = definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => toEntry(operation, fragments))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2)}\n`;
}

function readDefinitions() {
  const names = readdirSync(operationsDir).filter((name) => name.endsWith('.graphql'));
  return names
    .sort()
    .flatMap((name) => parse(readFileSync(join(operationsDir, name), 'utf8'), { noLocation: true }).definitions);
}

function toEntry(operation, fragments) {
  const used = [...usedFragments(operation, fragments)].sort().map((name) => fragments.get(name));
  const document = withTypenames({ kind: Kind.DOCUMENT, definitions: [operation, ...used] });
  const body = print(document);
  const id = createHash('sha256').update(body).digest('hex');
  return { id, name: operation.name.value, type: operation.operation, body };
}

function usedFragments(node, fragments, found = new Set()) {
  visit(node, {
    [Kind.FRAGMENT_SPREAD]: ({ name }) => {
      if (found.has(name.value)) return;
      found.add(name.value);
      usedFragments(fragments.get(name.value), fragments, found);
    },
  });
  return found;
}

/** As @apollo/client does before it sends: at the end of each selection that has none, the operation's own left out. */
function withTypenames(document) {
  return visit(document, {
    [Kind.SELECTION_SET]: {
      enter: (node, _key, parent) => {
        if (parent.kind === Kind.OPERATION_DEFINITION) return undefined;
        const hasTypename = node.selections.some(
          ({ kind, name }) => kind === Kind.FIELD && name.value === '__typename',
        );
        return hasTypename ? undefined : { ...node, selections: [...node.selections, TYPENAME] };
      },
    },
  });
}

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
