import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const place = (file) => fileURLToPath(new URL(`../schema/${file}`, import.meta.url));

const NAMES = {
  [CriticalityLevel.Breaking]: 'BREAKING',
  [CriticalityLevel.Dangerous]: 'may surprise clients',
  [CriticalityLevel.NonBreaking]: 'safe',
};

/**
 * Says what has changed in the schema since the last release, and fails where clients of that release would break. What the release had
 * deprecated may go. Takes other files for both as its arguments.
 */
const [released = place('released/payments.graphql'), current = place('payments.graphql')] = process.argv.slice(2);
const changes = await diff(build(released), build(current), [DiffRule.suppressRemovalOfDeprecatedField]);
const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
for (const { criticality, message } of changes) process.stdout.write(`${NAMES[criticality.level]}: ${message}\n`);
if (breaking.length > 0) {
  process.stderr.write(
    'The schema breaks clients of the last release. docs/schema-changes.md says how fields are changed and taken away.\n',
  );
  process.exitCode = 1;
}

function build(file) {
  return buildSchema(`${readFileSync(file, 'utf8')}\n${readFileSync(place('federation-directives.graphql'), 'utf8')}`);
}
