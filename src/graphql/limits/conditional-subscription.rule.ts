import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValidationRule,
} from 'graphql';
import { spareTheOthers } from './document-limits.rule.js';
import { rootSelectionsOf } from './root-selections.js';

/**
 * Refuses subscriptions whose field may be left out, as the GraphQL specification does since
 * 2025. graphql-js 16 throws over them instead.
 */
export const conditionalSubscriptionRule: ValidationRule = (context) => {
  const document = context.getDocument();
  const conditional = document.definitions
    .filter(isSubscription)
    .filter((operation) => rootSelectionsOf(document, operation).some(isConditional));
  if (conditional.length === 0) return {};
  spareTheOthers(document);
  return {
    Document: () => {
      for (const node of conditional) context.reportError(new GraphQLError(REFUSAL, { nodes: node }));
    },
  };
};

const REFUSAL = 'What is subscribed to must not depend on @skip or @include. Leave the directive out.';

function isSubscription(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.SUBSCRIPTION;
}

function isConditional({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
}
