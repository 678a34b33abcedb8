const base = require('../../jest.config.cjs');

/**
 * The suites of the pure files. They open no connection, database, browser or process, so that each of a
 * thousand mutants costs next to nothing and none is killed by a machine that is slow.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  rootDir: '../..',
  // With src, Jest knows which suites a file is needed by, also by way of other files.
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testEnvironment: 'node',
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 30_000,
  watchman: false,
  testMatch: [
    '<rootDir>/test/clink/{actions/{action-mapping,action-url},charge/{provider-response,refusal-table},wire/wire-values}.test.ts',
    '<rootDir>/test/graphql/create-payment/{parse-create-payment,input-rules}.test.ts',
    '<rootDir>/test/payments/access/access-policy.test.ts',
    '<rootDir>/test/payments/create-payment/{charge-update,fingerprint,send-deadline}.test.ts',
    '<rootDir>/test/payments/model/{money,reference-kind,status}.test.ts',
    '<rootDir>/test/payments/reconcile/classify-lookup.test.ts',
    '<rootDir>/test/webhooks/{event,inbox-event}.test.ts',
  ],
};
