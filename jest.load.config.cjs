const base = require('./jest.config.cjs');

/**
 * Suites that put load on a gateway: floods, storms, kills and ten thousand streams. Each has the machine for itself.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  roots: ['<rootDir>/test/faults', '<rootDir>/test/load'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
