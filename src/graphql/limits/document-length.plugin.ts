import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../context.js';
import type { DocumentLimits } from './document-limits.js';
import { DOCUMENT_LIMIT_EXCEEDED, tooMuch } from './document-limits.rule.js';

type LengthLimits = Pick<DocumentLimits, 'maxCharacters' | 'maxLineBreaks'>;

/**
 * Refuses documents by their length, unparsed: a harmless one takes their place until Apollo
 * Server comes to the first point where a request can be refused.
 */
export function createDocumentLengthPlugin(limits: LengthLimits): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: ({ request }) => {
      const excess = findExcess(request.query ?? '', limits);
      if (excess === null) return Promise.resolve();
      request.query = '{ __typename }';
      delete request.extensions;
      return Promise.resolve({ didResolveOperation: () => Promise.reject(refusal(excess)) });
    },
  };
}

function findExcess(text: string, { maxCharacters, maxLineBreaks }: LengthLimits): string | null {
  if (text.length > maxCharacters) return tooMuch(maxCharacters, 'characters of a document');
  const lineBreaks = text.match(LINE_BREAK)?.length ?? 0;
  return lineBreaks > maxLineBreaks ? tooMuch(maxLineBreaks, 'line breaks of a document') : null;
}

const LINE_BREAK = /\r\n|[\n\r]/g;

function refusal(sentence: string): GraphQLError {
  return new GraphQLError(sentence, { extensions: { code: DOCUMENT_LIMIT_EXCEEDED, http: { status: 400 } } });
}
