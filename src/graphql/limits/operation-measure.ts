import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import type { FieldRules } from './field-rules.js';
import { MAX_PAGE_SIZE } from './list-sizes.js';

export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  readonly cost: number;
  readonly bytes: number;
  readonly charges: number;
}

/**
 * Measures the selections of one document, each fragment once, however often it is spread. A
 * fragment that leads back to itself counts nothing there: another rule refuses it.
 */
export function createMeter(document: DocumentNode, rules: FieldRules): (selections: SelectionSetNode) => Measure {
  const fragments = new Map(document.definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]));
  const measured = new Map<string, Measure>();

  function measureSpread(name: string): Measure {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    const measure = fragment === undefined ? NOTHING : measureSet(fragment.selectionSet);
    measured.set(name, measure);
    return measure;
  }

  function measureField(field: FieldNode): Measure {
    const name = field.name.value;
    const below = field.selectionSet === undefined ? NOTHING : measureSet(field.selectionSet);
    const { length } = (field.alias ?? field.name).value;
    const isAboutSchema = name === '__schema' || name === '__type';
    const size = itemsOf(field, rules.listSizes);
    const bytes = field.selectionSet === undefined ? (rules.bytes.get(name) ?? OTHER_BYTES) : below.bytes * size;
    return {
      ...below,
      depth: isAboutSchema ? 1 : below.depth + 1,
      aliases: below.aliases + (field.alias === undefined ? 0 : 1),
      rootFields: 1,
      cost: (rules.weights.get(name) ?? 1) + below.cost * size,
      bytes: length + PUNCTUATION_BYTES + bytes,
      charges: below.charges + (name === 'createPayment' ? 1 : 0),
    };
  }

  function measureSet({ selections }: SelectionSetNode): Measure {
    return selections.reduce((sum, selection) => {
      const own = selection.directives?.length ?? 0;
      switch (selection.kind) {
        case Kind.FIELD:
          return add(sum, measureField(selection), own);
        case Kind.FRAGMENT_SPREAD:
          return add(sum, measureSpread(selection.name.value), own);
        case Kind.INLINE_FRAGMENT:
          return add(sum, measureSet(selection.selectionSet), own);
      }
    }, NOTHING);
  }

  return measureSet;
}

const NOTHING: Measure = { depth: 0, aliases: 0, directives: 0, rootFields: 0, cost: 0, bytes: 0, charges: 0 };

const PUNCTUATION_BYTES = 6;

const OTHER_BYTES = 100;

function add(sum: Measure, measure: Measure, directives: number): Measure {
  return {
    depth: Math.max(sum.depth, measure.depth),
    aliases: sum.aliases + measure.aliases,
    directives: sum.directives + measure.directives + directives,
    rootFields: sum.rootFields + measure.rootFields,
    cost: sum.cost + measure.cost,
    bytes: sum.bytes + measure.bytes,
    charges: sum.charges + measure.charges,
  };
}

/** A page holds what was asked for where the document says it, and the most that it can where a variable does. */
function itemsOf({ name, arguments: given = [] }: FieldNode, listSizes: FieldRules['listSizes']): number {
  const size = listSizes.get(name.value);
  if (size === undefined) return 1;
  const asked = given.find((argument) => size.slicedBy.includes(argument.name.value))?.value;
  if (asked === undefined || asked.kind === Kind.NULL) return size.assumed;
  return asked.kind === Kind.INT ? Math.min(Math.max(Number(asked.value), 1), MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
}

function isFragment(definition: { kind: string }): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
