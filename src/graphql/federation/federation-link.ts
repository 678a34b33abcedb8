import { Kind, visit, type DocumentNode } from 'graphql';

const FEDERATION_DIRECTIVES: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  key: [2, 0],
  shareable: [2, 0],
  external: [2, 0],
  requires: [2, 0],
  provides: [2, 0],
  override: [2, 0],
  extends: [2, 0],
  inaccessible: [2, 0],
  tag: [2, 0],
  composeDirective: [2, 1],
  interfaceObject: [2, 3],
  authenticated: [2, 5],
  requiresScopes: [2, 5],
  policy: [2, 6],
  cost: [2, 9],
  listSize: [2, 9],
};

/** The `@link` to the oldest version that has all directives in use, so that old routers can read it. */
export function linkFor(document: DocumentNode): string {
  const used = usedDirectives(document);
  const minors = used.map((name) => FEDERATION_DIRECTIVES[name]?.[1] ?? 0);
  const imports = used.map((name) => `"@${name}"`).join(', ');
  return `@link(url: "https://specs.apollo.dev/federation/v2.${Math.max(0, ...minors)}", import: [${imports}])`;
}

function usedDirectives(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE]: ({ name }) => {
      if (Object.hasOwn(FEDERATION_DIRECTIVES, name.value)) names.add(name.value);
    },
  });
  return [...names].sort();
}
