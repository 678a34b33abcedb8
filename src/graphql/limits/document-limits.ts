export interface DocumentLimits {
  /** Of the whole text, in UTF-16 units, before it is parsed. */
  readonly maxCharacters: number;
  /** Before it is parsed, too: graphql-js counts them anew for the place of each error. */
  readonly maxLineBreaks: number;
  readonly maxTokens: number;
  /** Characters of a name of any kind: an alias is repeated in the answer for every item of a list. */
  readonly maxNameLength: number;
  /** Each validation error is made twice on its way out. */
  readonly maxValidationErrors: number;
  readonly maxFragments: number;
  /** Of an operation or fragment, with fragments counted at each place where they are spread. */
  readonly maxSelections: number;
  /** Selections of one name in one place of the answer: each is compared with each other. */
  readonly maxRepetitions: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  readonly maxRootFields: number;
  /** Fields in the answer, lists counted at the size that was asked for, and each field by its `@cost`. */
  readonly maxCost: number;
  readonly maxBytes: number;
  /** Calls that charge, in all operations of the document: an answer has room for the outcome of one. */
  readonly maxCharges: number;
}

export const DOCUMENT_LIMITS: DocumentLimits = {
  // Ten times what tools send that ask for the whole schema; long values belong into variables.
  maxCharacters: 64_000,
  maxLineBreaks: 1_000,
  maxTokens: 2_000,
  maxNameLength: 100,
  maxValidationErrors: 20,
  maxFragments: 50,
  maxSelections: 2_000,
  maxRepetitions: 30,
  maxDepth: 12,
  maxAliases: 30,
  maxDirectives: 30,
  maxRootFields: 20,
  maxCost: 15_000,
  maxBytes: 8_000_000,
  maxCharges: 1,
};
