import {
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The work that a definition makes for rules that compare every pair of its fields. */
interface DefinitionSize {
  readonly definition: ExecutableNode;
  readonly selections: number;
  readonly repetitions: number;
}

type ExecutableNode = OperationDefinitionNode | FragmentDefinitionNode;

interface Place {
  count: number;
  readonly below: Map<string, Place>;
}

export function sizeUp(document: DocumentNode, budget: number): DefinitionSize[] {
  const executable = document.definitions.filter(isExecutable);
  const fragments = new Map(
    executable.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  return executable.map((definition) => sizeOf(definition, fragments, budget));
}

function sizeOf(
  definition: ExecutableNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  budget: number,
): DefinitionSize {
  let selections = 0;
  let repetitions = 0;
  const open = new Set<string>();

  function walk(set: SelectionSetNode, place: Place): void {
    for (const selection of set.selections) {
      if (selections > budget) return;
      selections += 1;
      switch (selection.kind) {
        case Kind.FIELD: {
          const at = placeBelow(place, (selection.alias ?? selection.name).value);
          repetitions = Math.max(repetitions, (at.count += 1));
          if (selection.selectionSet !== undefined) walk(selection.selectionSet, at);
          break;
        }
        case Kind.INLINE_FRAGMENT:
          walk(selection.selectionSet, place);
          break;
        case Kind.FRAGMENT_SPREAD:
          walkFragment(selection.name.value, place);
      }
    }
  }

  function walkFragment(name: string, place: Place): void {
    const fragment = fragments.get(name);
    if (fragment === undefined || open.has(name)) return;
    open.add(name);
    walk(fragment.selectionSet, place);
    open.delete(name);
  }

  walk(definition.selectionSet, newPlace());
  return { definition, selections, repetitions };
}

function placeBelow({ below }: Place, name: string): Place {
  const known = below.get(name);
  if (known !== undefined) return known;
  const place = newPlace();
  below.set(name, place);
  return place;
}

function newPlace(): Place {
  return { count: 0, below: new Map() };
}

function isExecutable(definition: DefinitionNode): definition is ExecutableNode {
  return definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;
}
