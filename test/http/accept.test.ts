import { chooseResultType } from '../../src/http/graphql/accept.js';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

describe('chooseResultType', () => {
  it.each([
    [undefined, JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['APPLICATION/JSON; Charset=UTF-8', JSON_TYPE],
    ['application/graphql-response+json', GRAPHQL_TYPE],
    ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', GRAPHQL_TYPE],
    ['application/json, application/graphql-response+json', JSON_TYPE],
    ['application/json;q=0.5, application/graphql-response+json;q=0.6', GRAPHQL_TYPE],
    ['application/graphql-response+json;q=0.5, */*;q=0.9', JSON_TYPE],
    ['multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json', GRAPHQL_TYPE],
    ['application/json;q=0, */*', GRAPHQL_TYPE],
    ['text/html, image/png', null],
    ['application/json;q=0', null],
    ['application/json;charset=utf-16', null],
    ['application/json;q=banana', null],
    ['', JSON_TYPE],
    [' , ,', JSON_TYPE],
    ['application/json; version=1', JSON_TYPE],
    ['application/graphql-response+json;profile="a";q=0.5, application/json;v=2;q=0.4', GRAPHQL_TYPE],
    ['application/json; version=1; charset=utf-16', null],
    ['application/json;callbackSpec=1.0', JSON_TYPE],
    ['application/json;callbackSpec=2.0', null],
    ['text/html; version=1', null],
    [`${'image/png,'.repeat(49)}application/json`, null],
    [`${'image/png,'.repeat(48)}application/json,`, JSON_TYPE],
    [`application/json,${'*/*,'.repeat(4_000)}`, JSON_TYPE],
    [`image/png,${' '.repeat(475)}application/json;q=0.9`, null],
    ['application/json'.padEnd(501, ';'), null],
  ])('reads "%s" as %s', (accept, type) => {
    expect(chooseResultType(accept)).toBe(type);
  });
});
