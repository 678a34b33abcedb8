import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { assumedItems, PROVIDER_CALL_WEIGHT } from './field-costs.js';
import { assumedBytes } from './field-lengths.js';

/** What an operation asks for, its fragments followed wherever they are spread. */
export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  readonly cost: number;
  /** Of the answer. */
  readonly bytes: number;
  readonly charges: number;
}

/**
 * Measures the selections of one document. Each fragment is measured once, however often it is spread, so fragments that spread each other
 * twice and twice again make large numbers, not much work. One that leads back to itself counts nothing there: another rule refuses it.
 */
export function createMeter(document: DocumentNode): (selections: SelectionSetNode) => Measure {
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
    const size = sizeOf(field);
    return {
      ...below,
      // What may be asked about the schema is graphql-js's to bound.
      depth: isAboutSchema ? 1 : below.depth + 1,
      aliases: below.aliases + (field.alias === undefined ? 0 : 1),
      rootFields: 1,
      cost: (WEIGHTS[name] ?? 1) + below.cost * size,
      bytes: length + PUNCTUATION_BYTES + (field.selectionSet === undefined ? assumedBytes(name) : below.bytes * size),
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

/** Around a name and its value: quotes, a colon, braces, a comma. */
const PUNCTUATION_BYTES = 6;

/** Beside the fields that read what is at hand, these wait for the provider. */
const WEIGHTS: Readonly<Record<string, number>> = {
  createPayment: PROVIDER_CALL_WEIGHT,
  refreshWalletQr: PROVIDER_CALL_WEIGHT,
};

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

/** A page costs what was asked for where the document says it; a variable is not known yet. */
function sizeOf({ name, arguments: given = [] }: FieldNode): number {
  return assumedItems(name.value, (wanted) => {
    const value = given.find((argument) => argument.name.value === wanted)?.value;
    if (value === undefined || value.kind === Kind.NULL) return null;
    return value.kind === Kind.INT ? Number(value.value) : 'unknown';
  });
}

function isFragment(definition: { kind: string }): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}
