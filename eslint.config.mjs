import graphql from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';

const graphqlLanguage = {
  parser: graphql.parser,
  parserOptions: {
    graphQLConfig: {
      schema: ['schema/payments.graphql', 'schema/federation-directives.graphql'],
      documents: ['schema/operations/*.graphql'],
    },
  },
};

/** graphql-eslint's rule, except for mutations that take an id and nothing else: those need no input object around it. */
const inputName = {
  ...graphql.rules['input-name'],
  create: (context) => {
    const report = (finding) => takesLoneId(fieldAbove(finding.node)) || context.report(finding);
    return graphql.rules['input-name'].create(Object.create(context, { report: { value: report } }));
  },
};

function fieldAbove(node) {
  return node.type === 'FieldDefinition' ? node : fieldAbove(node.parent);
}

function takesLoneId({ arguments: [argument, ...others] }) {
  return others.length === 0 && argument.gqlType?.gqlType?.name?.value === 'ID';
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'test/generated', '.data', 'coverage'] },
  {
    files: ['{src,test,bench,examples}/**/*.ts'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      'no-nested-ternary': 'error',
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/config.ts', 'src/shared/clock.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'config.ts is the only reader of the environment.' },
        { object: 'Date', property: 'now', message: 'Take the time from the Clock that is passed in.' },
        {
          object: 'URL',
          property: 'canParse',
          message: 'It forgets letters beyond ASCII after some thousand calls: parseUrl.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      'max-params': 'off',
    },
  },
  {
    files: ['schema/*.graphql'],
    plugins: { '@graphql-eslint': graphql, gateway: { rules: { 'input-name': inputName } } },
    languageOptions: graphqlLanguage,
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      // Every element of the schema is described, arguments and enum values included.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      '@graphql-eslint/input-name': 'off',
      'gateway/input-name': ['error', { checkInputType: true, caseSensitiveInputType: false }],
      '@graphql-eslint/relay-connection-types': 'error',
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/require-deprecation-reason': 'error',
      // paymentMethodType and the like are the provider's words.
      '@graphql-eslint/no-typename-prefix': 'off',
      // Money, actions and errors are values: they have no identity of their own.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
  {
    files: ['schema/federation-directives.graphql'],
    rules: { '@graphql-eslint/require-description': ['error', { DirectiveDefinition: true }] },
  },
  {
    files: ['schema/operations/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: graphqlLanguage,
    rules: graphql.configs['flat/operations-recommended'].rules,
  },
);
