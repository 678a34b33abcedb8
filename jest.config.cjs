/** @type {import('jest').Config} */
module.exports = {
  // Node, and a search of everything that gateways write for secrets.
  testEnvironment: '<rootDir>/test/support/searching-environment.cjs',
  roots: ['<rootDir>/test'],
  transform: {
    '^.+\\.ts$': ['@swc/jest'],
    // PGlite loads its parts with import(), which jest's modules don't have: it is turned into require().
    'pglite/dist/.+\\.cjs$': ['@swc/jest', { swcrc: false, jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@electric-sql/pglite/)'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  // Ends what hangs. No test is about being done in time, and a machine may be ten times slower than the one it was written on.
  testTimeout: 180_000,
  // The suites wait for processes, databases and browsers more than they compute.
  maxWorkers: 2,
  // An embedded database that a full disk has stopped keeps a timer for ten seconds; results are in by then.
  forceExit: true,
};
