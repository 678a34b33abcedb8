import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** graphql-scalars' date-time that prints itself; its plain `DateTime` hands out a Date object. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'A moment in UTC with milliseconds, as RFC 3339 writes it: "2026-01-31T12:00:00.000Z".',
});
