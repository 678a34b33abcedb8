import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type SelectionNode } from 'graphql';
import { isAllowed, type Permission } from '../../payments/access/access-policy.js';
import type { RequestContext } from '../context.js';
import { rootSelectionsOf } from './root-selections.js';

/** What each field at the top of an operation asks of its caller; null: to be known is enough. One that is not listed asks for the most. */
export const ROOT_FIELD_PERMISSIONS: Readonly<Record<string, Permission | null>> = {
  createPayment: 'write',
  refreshWalletQr: 'write',
  payment: 'read',
  paymentByOrderId: 'read',
  paymentByIdempotencyKey: 'read',
  payments: 'read',
  paymentUpdated: 'read',
  _entities: 'read',
  _service: 'read',
  __typename: null,
  __schema: null,
  __type: null,
};

export interface OperationPermissionsOptions {
  /** Whether any known caller may read the schema from `_service`, as routers do that compose by it. */
  readonly schemaOpen: boolean;
}

/** Refuses an operation, before any of it is executed, whose caller may not do all of it. Holds for subscriptions as well. */
export function createOperationPermissionsPlugin({
  schemaOpen,
}: OperationPermissionsOptions): ApolloServerPlugin<RequestContext> {
  const permissions = schemaOpen ? { ...ROOT_FIELD_PERMISSIONS, _service: null } : ROOT_FIELD_PERMISSIONS;
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

function permissionsFor(
  selections: readonly SelectionNode[],
  permissions: Readonly<Record<string, Permission | null>>,
): Permission[] {
  return selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return [];
    const { value: name } = selection.name;
    const permission = Object.hasOwn(permissions, name) ? permissions[name] : 'write';
    return permission ? [permission] : [];
  });
}

/** The permission is named: whoever holds the token can ask for one that has it. */
function forbidden(permission: Permission): GraphQLError {
  return new GraphQLError(`The access token lacks the scope payments:${permission}. Nothing was executed.`, {
    extensions: { code: 'FORBIDDEN', http: { status: 403 } },
  });
}
