import {
  GraphQLError,
  Kind,
  TokenKind,
  type ASTNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql';
import type { DocumentLimits } from './document-limits.js';
import { sizeUp } from './document-size.js';
import type { FieldRules } from './field-rules.js';
import { createMeter, type Measure } from './operation-measure.js';

export function createDocumentLimitsRule(limits: DocumentLimits, rules: FieldRules): ValidationRule {
  return (context) => {
    const document = context.getDocument();
    const excesses = [
      ...findLongNames(document, limits),
      ...findLongDefinitions(document, limits),
      ...findGreedyOperations(document, limits, rules),
    ];
    if (excesses.length === 0) return {};
    spareTheOthers(document);
    return {
      Document: () => {
        for (const { sentence, node } of onceEach(excesses))
          context.reportError(
            new GraphQLError(sentence, { nodes: node, extensions: { code: DOCUMENT_LIMIT_EXCEEDED } }),
          );
      },
    };
  };
}

export const DOCUMENT_LIMIT_EXCEEDED = 'DOCUMENT_LIMIT_EXCEEDED';

/**
 * Rules run side by side, and some of graphql-js's take time with the square of a document's
 * length. Nothing calls them off, so a document that is refused anyway is emptied first.
 */
export function spareTheOthers(document: DocumentNode): void {
  Object.assign(document, { definitions: [] });
}

interface Excess {
  readonly sentence: string;
  readonly node: ASTNode;
}

function onceEach(excesses: readonly Excess[]): readonly Excess[] {
  return [...new Map([...excesses].reverse().map((excess) => [excess.sentence, excess])).values()].reverse();
}

function findLongNames(document: DocumentNode, { maxNameLength }: DocumentLimits): Excess[] {
  for (let token = document.loc?.startToken ?? null; token !== null; token = token.next) {
    if (token.kind === TokenKind.NAME && token.end - token.start > maxNameLength)
      return [{ sentence: tooMuch(maxNameLength, 'characters of a name'), node: document }];
  }
  return [];
}

function findLongDefinitions(document: DocumentNode, limits: DocumentLimits): Excess[] {
  const { maxFragments, maxSelections, maxRepetitions } = limits;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const [beyond] = fragments.slice(maxFragments);
  if (beyond !== undefined) return [{ sentence: tooMuch(maxFragments, 'fragments'), node: beyond }];
  return sizeUp(document, maxSelections).flatMap(({ definition: node, selections, repetitions }) => [
    ...(selections > maxSelections
      ? [{ sentence: tooMuch(maxSelections, 'selections, fragments counted wherever they are spread,'), node }]
      : []),
    ...(repetitions > maxRepetitions
      ? [{ sentence: tooMuch(maxRepetitions, 'selections of one name in one place'), node }]
      : []),
  ]);
}

function findGreedyOperations(document: DocumentNode, limits: DocumentLimits, rules: FieldRules): readonly Excess[] {
  const measureOf = createMeter(document, rules);
  const measured = document.definitions
    .filter(isOperation)
    .map((node) => ({ node, measure: withOwnDirectives(node, measureOf(node.selectionSet)) }));
  const excesses = measured.flatMap(({ node, measure }) =>
    findExcesses(measure, limits).map((sentence) => ({ sentence, node })),
  );
  const charges = measured.reduce((sum, { measure }) => sum + measure.charges, 0);
  return charges > limits.maxCharges ? [...excesses, { sentence: TOO_MANY_CHARGES, node: document }] : excesses;
}

const TOO_MANY_CHARGES =
  'A document may call createPayment once, whatever its aliases, fragments and operations. ' +
  'Send each payment as a request of its own.';

function findExcesses(measure: Measure, limits: DocumentLimits): string[] {
  const checks = [
    { found: measure.depth, most: limits.maxDepth, what: 'levels of fields' },
    { found: measure.aliases, most: limits.maxAliases, what: 'aliases' },
    { found: measure.directives, most: limits.maxDirectives, what: 'directives' },
    { found: measure.rootFields, most: limits.maxRootFields, what: 'fields at the top of an operation' },
    { found: measure.cost, most: limits.maxCost, what: 'fields in the answer, lists counted at their full size' },
    { found: measure.bytes, most: limits.maxBytes, what: 'bytes in the answer, texts counted at their full length,' },
  ];
  return checks.filter(({ found, most }) => found > most).map(({ most, what }) => tooMuch(most, what));
}

export function tooMuch(most: number, what: string): string {
  return `The operation asks for too much: at most ${most} ${what} are answered.`;
}

function withOwnDirectives(operation: OperationDefinitionNode, measure: Measure): Measure {
  const own = [operation, ...(operation.variableDefinitions ?? [])];
  const count = own.reduce((sum, { directives = [] }) => sum + directives.length, 0);
  return { ...measure, directives: measure.directives + count };
}

function isOperation(definition: DocumentNode['definitions'][number]): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}
