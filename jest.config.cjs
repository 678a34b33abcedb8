/** @type {import('jest').Config} */
module.exports = {
  // Node, and a search of everything that gateways write for secrets.
  testEnvironment: '<rootDir>/test/support/searching-environment.cjs',
  roots: ['<rootDir>/test'],
  // `npm run test:load` runs these alone, one after the other.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(faults|load)/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest'],
    // PGlite loads its parts with import(), which Jest's modules lack: the transform turns it into require().
    'pglite/dist/.+\\.cjs$': ['@swc/jest', { swcrc: false, jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@electric-sql/pglite/)'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/shared-postgres.cjs',
  globalTeardown: '<rootDir>/test/support/stop-shared-postgres.cjs',
  setupFiles: ['reflect-metadata'],
  // Ends a test that hangs. No test is about being done in time: a machine may be ten times slower than this one.
  testTimeout: 180_000,
  // The suites wait for processes, databases and browsers more than they compute.
  maxWorkers: 3,
  // An embedded database that a full disk has stopped keeps a timer for ten seconds; results are in by then.
  forceExit: true,
};
