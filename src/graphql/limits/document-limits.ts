/** How much one document may ask for. Far above what a client needs, far below what hurts. */
export interface DocumentLimits {
  /** Of the whole text, in UTF-16 units, before it is parsed. */
  readonly maxCharacters: number;
  /** Before it is parsed, too: whoever says where an error is counts them, for each error anew. */
  readonly maxLineBreaks: number;
  /** Counted by the parser, which stops there. */
  readonly maxTokens: number;
  /** Characters of a name of any kind: an alias is repeated in the answer for every item of a list. */
  readonly maxNameLength: number;
  /** Errors of validation that are told, before the rest is left: each is made twice on its way out. */
  readonly maxValidationErrors: number;
  /** Definitions of fragments in the document. */
  readonly maxFragments: number;
  /** Selections of an operation or fragment, with fragments counted wherever they are spread. */
  readonly maxSelections: number;
  /** Selections of one name that come together in one place of the answer: each is compared with each other. */
  readonly maxRepetitions: number;
  /** Levels of fields. */
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  /** Fields at the top of an operation. */
  readonly maxRootFields: number;
  /** Fields in the answer, lists counted at the size that was asked for; a call of the provider counts 50. */
  readonly maxCost: number;
  /** Of the answer, with lists counted as for the cost and texts at their full length. */
  readonly maxBytes: number;
  /** Calls that charge, in all operations of the document: an answer has room for the outcome of one, and so has the caller's patience. */
  readonly maxCharges: number;
}

export const DOCUMENT_LIMITS: DocumentLimits = {
  // Ten times what tools send that ask for the whole schema. Long values belong into variables, which the body's limit leaves room for.
  maxCharacters: 64_000,
  // Ten times what such tools send, too.
  maxLineBreaks: 1_000,
  maxTokens: 2_000,
  // Four times the longest name of the schema.
  maxNameLength: 100,
  // As many as somebody mends at a time.
  maxValidationErrors: 20,
  maxFragments: 50,
  maxSelections: 2_000,
  maxRepetitions: 30,
  maxDepth: 12,
  maxAliases: 30,
  maxDirectives: 30,
  maxRootFields: 20,
  maxCost: 15_000,
  // A little more than a full page of whole payments; the longest text of each payment twice is too much.
  maxBytes: 8_000_000,
  maxCharges: 1,
};
