import { isTypeDefinitionNode, Kind, parse, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

export type TypeDirectives = Readonly<Record<string, readonly string[]>>;

/** Adds directives to unions, enums and scalars, which have no decorators. Throws on an unknown type. */
export function applyDirectives(document: DocumentNode, directives: TypeDirectives): DocumentNode {
  const missing = new Set(Object.keys(directives));
  const definitions = document.definitions.map((definition) => {
    if (!isTypeDefinitionNode(definition)) return definition;
    const added = directives[definition.name.value];
    if (added === undefined) return definition;
    missing.delete(definition.name.value);
    return { ...definition, directives: [...(definition.directives ?? []), ...added.map(parseDirective)] };
  });
  if (missing.size > 0) throw new Error(`directives name types that the schema does not have: ${[...missing].join()}`);
  return { ...document, definitions };
}

export function withoutDirectives(document: DocumentNode, names: readonly string[]): DocumentNode {
  return visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => (names.includes(name.value) ? null : undefined),
  });
}

function parseDirective(text: string): ConstDirectiveNode {
  const [definition] = parse(`scalar Any ${text}`, { noLocation: true }).definitions;
  const [directive] = definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
  if (directive === undefined) throw new Error(`"${text}" is not a directive`);
  return directive;
}
