const base = require('../../jest.config.cjs');

/**
 * The suites that judge the pure files. They open no connection, database, browser or process, so that each of a thousand mutants costs
 * next to nothing and none is killed by a machine that is slow.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  rootDir: '../..',
  // With src, Jest knows which suites a file is needed by, also by way of other files.
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testEnvironment: 'node',
  testTimeout: 30_000,
  watchman: false,
  testMatch: [
    '<rootDir>/test/clink/{action-mapping,action-url,refusal-table,verdict,wire-values}.test.ts',
    '<rootDir>/test/graphql/{create-payment.validation,rules}.test.ts',
    '<rootDir>/test/jobs/lookup-verdict.test.ts',
    '<rootDir>/test/payments/{charge-update,fingerprint,money,send-sendDeadline,status}.test.ts',
    '<rootDir>/test/security/access-policy.test.ts',
    '<rootDir>/test/webhooks/{event,inbox-event}.test.ts',
  ],
};
