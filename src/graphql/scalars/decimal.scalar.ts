import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const MAX_LENGTH = 64;
const REFUSAL = `Decimal takes a string of at most ${MAX_LENGTH} characters or a number.`;

/** Keeps the text or number as it was given: a rule of the input checks it, so that the issue is data. */
export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number in plain notation, such as "19.99". Answers carry it as a string, so that no digit is ' +
    'lost. Inputs may give a string of at most 64 characters (recommended) or a number.',
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

function readLiteral(node: ValueNode): string {
  const isTextual = node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT;
  if (isTextual && node.value.length <= MAX_LENGTH) return node.value;
  throw new GraphQLError(REFUSAL, { nodes: node });
}
