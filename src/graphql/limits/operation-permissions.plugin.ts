import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type SelectionNode } from 'graphql';
import { isAllowed, type Permission } from '../../payments/access/access-policy.js';
import type { RequestContext } from '../context.js';
import type { FieldRules } from './field-rules.js';
import { rootSelectionsOf } from './root-selections.js';

/** Fields that graphql-js and the federation library add. Null: a known caller is enough. */
const ADDED_FIELDS: readonly (readonly [name: string, permission: Permission | null])[] = [
  ['_entities', 'read'],
  ['_service', 'read'],
  ['__typename', null],
  ['__schema', null],
  ['__type', null],
];

interface OperationPermissionsOptions {
  readonly permissions: FieldRules['permissions'];
  readonly schemaOpen: boolean;
}

export function createOperationPermissionsPlugin({
  permissions: published,
  schemaOpen,
}: OperationPermissionsOptions): ApolloServerPlugin<RequestContext> {
  const permissions = new Map<string, Permission | null>([...published, ...ADDED_FIELDS]);
  if (schemaOpen) permissions.set('_service', null);
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ document, operation, contextValue: { caller } }) => {
          if (operation === undefined) return Promise.resolve();
          const asked = permissionsFor(rootSelectionsOf(document, operation), permissions);
          const missing = asked.find((permission) => !isAllowed(caller, permission));
          return missing === undefined ? Promise.resolve() : Promise.reject(forbidden(missing));
        },
      }),
  };
}

/** A field that nothing is known of asks for the most. */
function permissionsFor(
  selections: readonly SelectionNode[],
  permissions: ReadonlyMap<string, Permission | null>,
): Permission[] {
  return selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return [];
    const permission = permissions.get(selection.name.value);
    if (permission === undefined) return ['write'];
    return permission === null ? [] : [permission];
  });
}

function forbidden(permission: Permission): GraphQLError {
  return new GraphQLError(`The access token lacks the scope payments:${permission}. Nothing was executed.`, {
    extensions: { code: 'FORBIDDEN', http: { status: 403 } },
  });
}
