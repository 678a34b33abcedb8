import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { parseUrl } from '../../shared/net/url.js';

/**
 * Absolute URLs, character for character. The library's own scalar parses and prints them again,
 * which changes a text that a provider may have signed.
 */
export const UrlScalar = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'An absolute URL, exactly as the provider or the merchant gave it.',
  extensions: { maxBytes: 1_000 },
  serialize: readUrl,
  parseValue: readUrl,
  parseLiteral: (node) => readUrl(node.kind === Kind.STRING ? node.value : null),
});

function readUrl(value: unknown): string {
  if (typeof value === 'string' && parseUrl(value) !== null) return value;
  throw new GraphQLError('URL is the text of an absolute URL.');
}
