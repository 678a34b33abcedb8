import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** Longer texts are no amounts; reading them exactly would cost time for nothing. */
const MAX_LENGTH = 64;
const REFUSAL = `Decimal takes a string of at most ${MAX_LENGTH} characters or a number.`;

/**
 * An exact decimal number, inside and outside a text. What was given is kept as it is; whether it is a decimal, the rules of the input judge,
 * so that the verdict travels as data.
 */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number in plain notation, such as "19.99". Answers always carry it as a string, so that no digit is lost; inputs may give a string of at most 64 characters (recommended) or a number.',
  serialize: readText,
  parseValue: readValue,
  parseLiteral: readLiteral,
});

function readText(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError(REFUSAL);
  return value;
}

function readValue(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new GraphQLError(REFUSAL);
}

/** Numbers keep the digits that were written: 1.50 stays 1.50. */
function readLiteral(node: ValueNode): string {
  const isTextual = node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT;
  if (isTextual && node.value.length <= MAX_LENGTH) return node.value;
  throw new GraphQLError(REFUSAL, { nodes: node });
}
