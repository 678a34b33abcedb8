/** The arrow table of ARCHITECTURE.md. Each room may import itself, the rooms named here, and libraries; app.ts composes them all. */
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
  sandbox: ['shared'],
};

const arrowRules = Object.entries(ARROWS).map(([room, allowed]) => ({
  name: `arrows-of-${room}`,
  comment: `src/${room} may import ${allowed.join(', ') || 'no other room'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [room, ...allowed].map((name) => `^src/${name}/`) },
}));

/** Libraries that belong to one room. */
const LIBRARY_ROOMS = {
  undici: ['clink', 'sandbox'],
  cockatiel: ['clink'],
  pg: ['store', 'events'],
  '@electric-sql/pglite': ['store'],
  graphql: ['graphql', 'http'],
  'type-graphql': ['graphql'],
  'class-validator': ['graphql'],
  '@apollo/server': ['graphql', 'http'],
  'graphql-ws': ['http'],
  'graphql-sse': ['http'],
  ws: ['http'],
  qrcode: ['sandbox'],
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
