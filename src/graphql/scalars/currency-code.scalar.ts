import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

export const CurrencyCodeScalar = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  description: 'An ISO 4217 currency code in upper case, such as "USD".',
  serialize: readCode,
  parseValue: readCode,
  parseLiteral: (node) => readCode(node.kind === Kind.STRING ? node.value : null),
});

function readCode(value: unknown): string {
  if (typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value;
  throw new GraphQLError('CurrencyCode is three capital letters.');
}
