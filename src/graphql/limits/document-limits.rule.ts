import { GraphQLError, Kind, type DocumentNode, type OperationDefinitionNode, type ValidationRule } from 'graphql';
import type { DocumentLimits } from './document-limits.js';
import { createMeter, type Measure } from './operation-measure.js';

/** Refuses documents with an operation that asks for too much: each by itself, since a request runs one of them. Each sentence names the limit, so that a client can keep it. */
export function createDocumentLimitsRule(limits: DocumentLimits): ValidationRule {
  return (context) => ({
    Document: (document) => {
      const measure = createMeter(document);
      const measured = document.definitions.filter(isOperation).map((operation) => ({
        operation,
        measure: withOwnDirectives(operation, measure(operation.selectionSet)),
      }));
      for (const { operation, measure: found } of measured) {
        for (const sentence of findExcesses(found, limits))
          context.reportError(new GraphQLError(sentence, { nodes: operation }));
      }
    },
  });
}

const TOO_MANY_CHARGES =
  'An operation may call createPayment once, whatever its aliases and fragments. Send each payment as a request of its own.';

function findExcesses(measure: Measure, limits: DocumentLimits): string[] {
  const checks = [
    { found: measure.depth, most: limits.maxDepth, what: 'levels of fields' },
    { found: measure.aliases, most: limits.maxAliases, what: 'aliases' },
    { found: measure.directives, most: limits.maxDirectives, what: 'directives' },
    { found: measure.rootFields, most: limits.maxRootFields, what: 'fields at the top of an operation' },
    { found: measure.cost, most: limits.maxCost, what: 'fields in the answer, lists counted at their full size' },
  ];
  const excesses = checks
    .filter(({ found, most }) => found > most)
    .map(({ most, what }) => `The operation asks for too much: at most ${most} ${what} are answered.`);
  return measure.charges > limits.maxCharges ? [...excesses, TOO_MANY_CHARGES] : excesses;
}

function withOwnDirectives(operation: OperationDefinitionNode, measure: Measure): Measure {
  const own = [operation, ...(operation.variableDefinitions ?? [])];
  const count = own.reduce((sum, { directives = [] }) => sum + directives.length, 0);
  return { ...measure, directives: measure.directives + count };
}

function isOperation(definition: DocumentNode['definitions'][number]): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION;
}
