import { Kind, type ASTNode, type GraphQLError } from 'graphql';

/** Gives the place only: graphql-js also shows the text that it stumbled over, which may be a value. */
export function describeSyntaxError(error: GraphQLError): string {
  if (hasTooManyTokens(error)) return error.message;
  const { locations } = error;
  const [place] = locations ?? [];
  const where = place === undefined ? '' : ` at line ${place.line}, column ${place.column}`;
  return `Syntax Error: the document is not valid GraphQL${where}.`;
}

export function hasTooManyTokens({ message }: GraphQLError): boolean {
  return TOO_MANY_TOKENS.test(message);
}

const TOO_MANY_TOKENS = /^Syntax Error: Document contains more that \d+ tokens\. Parsing aborted\.$/;

export function describeValidationError({ message, nodes }: GraphQLError): string {
  const [node] = nodes ?? [];
  if (node === undefined || !isLiteral(node)) return message;
  if (FIELD_REQUIRED.test(message)) return message;
  const type = EXPECTED_TYPE.exec(message)
    ?.slice(1)
    .find((name) => name !== undefined);
  return type === undefined ? 'A literal is not of the type expected there.' : `Expected a value of type "${type}".`;
}

const FIELD_REQUIRED = /^Field "\w+\.\w+" of required type "[\w![\]]+" was not provided\.$/;
/** How graphql-js and the scalars begin a sentence. Only the unknown name of an enum stands before the type. */
const EXPECTED_TYPE = new RegExp(
  [
    String.raw`^Expected value of type "([\w![\]]+)"`,
    String.raw`^Enum "(\w+)" `,
    String.raw`^Value "\w+" does not exist in "(\w+)" enum`,
    String.raw`^(String|Int|Float|Boolean|ID) cannot represent `,
    String.raw`^(\w+) (?:takes|is) `,
  ].join('|'),
);

const LITERALS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);

function isLiteral({ kind }: ASTNode): boolean {
  return LITERALS.has(kind);
}
