import {
  getNamedType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { isPermission, type Permission } from '../../payments/access/access-policy.js';
import { MAX_ENTITIES } from './list-sizes.js';

/**
 * Rules of fields by name, as documents are measured without types. They come from the
 * `@requiresScopes`, `@cost` and `@listSize` of the classes.
 */
export interface FieldRules {
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
  /** Bytes that a text may take in an answer, by the extension `maxBytes` of the field or its scalar. */
  readonly bytes: ReadonlyMap<string, number>;
}

interface ListSize {
  readonly assumed: number;
  readonly slicedBy: readonly string[];
}

type Field = GraphQLField<unknown, unknown>;

/** Reads the rules once, at the start. Where fields of one name differ, the larger number counts. */
export function readFieldRules(classes: GraphQLSchema): FieldRules {
  const roots = [classes.getQueryType(), classes.getMutationType(), classes.getSubscriptionType()];
  const rootFields = roots.flatMap((type) => Object.values(type?.getFields() ?? {}));
  const fields = Object.values(classes.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.values<Field>(type.getFields()) : [],
  );
  return {
    permissions: new Map(rootFields.flatMap((field) => toEntry(field, permissionOf(field)))),
    weights: largest(fields, weightOf, (weight) => weight),
    listSizes: largest(fields, listSizeOf, ({ assumed }) => assumed).set('_entities', ENTITIES),
    bytes: largest(fields, bytesOf, (bytes) => bytes),
  };
}

const ENTITIES: ListSize = { assumed: MAX_ENTITIES, slicedBy: [] };

function toEntry<Value>({ name }: Field, value: Value | null): [string, Value][] {
  return value === null ? [] : [[name, value]];
}

function largest<Value>(
  fields: readonly Field[],
  read: (field: Field) => Value | null,
  rank: (value: Value) => number,
): Map<string, Value> {
  const entries = fields.flatMap((field) => toEntry(field, read(field)));
  return new Map(entries.sort(([, a], [, b]) => rank(a) - rank(b)));
}

/** Throws on scopes that no single permission stands for: the gateway would enforce less than it publishes. */
function permissionOf(field: Field): Permission | null {
  const directive = directiveOf(field, 'requiresScopes');
  if (directive === null) return null;
  const [scope, ...others] = (directive.scopes as string[][]).flat();
  const permission = scope?.replace(/^payments:/, '') ?? '';
  if (others.length > 0 || !isPermission(permission))
    throw new Error(`the scopes of the field ${field.name} are not those of one permission`);
  return permission;
}

function weightOf(field: Field): number | null {
  return (directiveOf(field, 'cost')?.weight as number | undefined) ?? null;
}

function listSizeOf(field: Field): ListSize | null {
  const directive = directiveOf(field, 'listSize');
  if (directive === null) return null;
  const { assumedSize, slicingArguments = [] } = directive;
  return { assumed: assumedSize as number, slicedBy: slicingArguments as string[] };
}

function bytesOf({ extensions, type }: Field): number | null {
  const bytes = extensions.maxBytes ?? getNamedType(type).extensions.maxBytes;
  return typeof bytes === 'number' ? bytes : null;
}

function directiveOf({ astNode }: Field, name: string): Record<string, unknown> | null {
  const node = astNode?.directives?.find((directive) => directive.name.value === name);
  const given = node?.arguments?.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)] as const);
  return node === undefined ? null : Object.fromEntries(given ?? []);
}
