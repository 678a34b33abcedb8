import { Kind, type ASTNode, type GraphQLError } from 'graphql';

/** Why a document could not be parsed. graphql-js shows the text it stumbled over, which may be a value; the place alone says enough. */
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

/** Holds a number only. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more that \d+ tokens\. Parsing aborted\.$/;

/** Why a document is not valid. Messages about names stay as they are; messages about literals lose the literal. */
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
/** How graphql-js and the scalars begin their sentences: with the name of the type; only an enum's unknown name comes before it. */
const EXPECTED_TYPE =
  /^(?:Expected value of type "([\w![\]]+)"|Enum "(\w+)" |Value "\w+" does not exist in "(\w+)" enum|(String|Int|Float|Boolean|ID) cannot represent |(\w+) (?:takes|is) )/;

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
