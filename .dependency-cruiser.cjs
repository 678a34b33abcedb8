/** The arrow table of ARCHITECTURE.md. Each room may import itself, the rooms named here, and libraries. */
const ARROWS = {
  shared: [],
  payments: ['shared'],
  clink: ['payments', 'shared'],
  store: ['payments', 'shared'],
  graphql: ['payments', 'shared'],
  webhooks: ['payments', 'clink', 'shared'],
  events: ['store', 'payments', 'shared'],
  jobs: ['payments', 'shared'],
  http: ['graphql', 'webhooks', 'payments', 'shared'],
  config: ['http', 'payments', 'shared', 'store'],
  dev: ['config', 'http', 'graphql', 'store', 'webhooks', 'payments', 'shared'],
};

const arrowRules = Object.entries(ARROWS).map(([room, allowed]) => ({
  name: `arrows-of-${room}`,
  comment: `src/${room} may import ${allowed.join(', ') || 'no other room'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [room, ...allowed].map((name) => `^src/${name}/`) },
}));

/** Inside the domain: an operation stands on the outcome writer, that on the ports, those on the model. */
const DOMAIN_ARROWS = {
  model: [],
  access: ['model'],
  ports: ['model'],
  'outcome-writer': ['ports', 'model'],
};

const domainRules = Object.entries(DOMAIN_ARROWS).map(([folder, allowed]) => ({
  name: `arrows-of-payments-${folder}`,
  comment: `src/payments/${folder} may import ${allowed.join(', ') || 'no other folder of the domain'}`,
  severity: 'error',
  from: { path: `^src/payments/${folder}/` },
  to: { path: '^src/payments/', pathNot: [folder, ...allowed].map((name) => `^src/payments/${name}/`) },
}));

const FOUNDATIONS = Object.keys(DOMAIN_ARROWS);

/** An operation's folder stands alone: what two operations need is in the model, the ports or the outcome writer. */
const operationRule = {
  name: 'operations-stand-alone',
  severity: 'error',
  from: { path: '^src/payments/([^/]+)/', pathNot: FOUNDATIONS.map((name) => `^src/payments/${name}/`) },
  to: {
    path: '^src/payments/',
    pathNot: ['^src/payments/$1/', ...FOUNDATIONS.map((name) => `^src/payments/${name}/`)],
  },
};

/** Libraries that belong to one room. */
const LIBRARY_ROOMS = {
  undici: ['clink', 'dev'],
  cockatiel: ['clink'],
  pg: ['store', 'events'],
  '@electric-sql/pglite': ['dev'],
  graphql: ['graphql', 'http'],
  'type-graphql': ['graphql'],
  'class-validator': ['graphql'],
  '@apollo/server': ['graphql', 'http', 'dev'],
  'graphql-ws': ['http'],
  'graphql-sse': ['http'],
  ws: ['http'],
  qrcode: ['dev'],
};

const libraryRules = Object.entries(LIBRARY_ROOMS).map(([library, rooms]) => ({
  name: `library-${library.replace(/\W/g, '-')}`,
  comment: `${library} is used in ${rooms.map((room) => `src/${room}`).join(', ')} only`,
  severity: 'error',
  from: { path: '^src/', pathNot: rooms.map((room) => `^src/${room}/`) },
  to: { path: `(^|/)node_modules/${library}/` },
}));

module.exports = {
  forbidden: [
    ...arrowRules,
    ...domainRules,
    operationRule,
    ...libraryRules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^src/.*/index\\.ts$' } },
    {
      name: 'one-composer',
      comment: 'only main.ts and the commands import app.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|commands/.*)\\.ts$' },
      to: { path: '^src/app\\.ts$' },
    },
    {
      name: 'composition-of-app',
      comment: 'the parts of the composition are imported by app.ts and by each other only',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/app\\.ts$', '^src/composition/'] },
      to: { path: '^src/composition/' },
    },
    {
      name: 'development-apart',
      comment: 'only the composition, main.ts and the commands load what is for development, by import()',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(app|main)\\.ts$', '^src/(composition|commands|dev)/'] },
      to: { path: '^src/dev/' },
    },
    {
      name: 'development-by-import',
      comment: 'production loads nothing of src/dev: other rooms name its types, and load it by import()',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/dev/' },
      to: { path: '^src/dev/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    { name: 'no-test-code', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench|examples)/' } },
    {
      name: 'no-development-libraries',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default'] },
  },
};
