import { isTypeDefinitionNode, Kind, parse, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** Directives by the name of the type that they belong to: `{ PaymentAction: ['@tag(name: "checkout")'] }`. */
export type TypeDirectives = Readonly<Record<string, readonly string[]>>;

/** Adds directives to types for which decorators have no place: unions, enums and scalars. Throws for a type that is not there. */
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

/** Takes every use of the named directives out. */
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
