/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { configFile: 'test/mutants/jest.config.cjs' },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/clink/{action-mapping,action-url,charge-answer,charge-outcome,envelope,form-fields,order-mapping}.ts',
    'src/clink/{provider-amount,provider-text,refusal-table,retry-after,verdict,wallet-image,wire-values}.ts',
    'src/graphql/create-payment/rules/*.ts',
    'src/graphql/create-payment/create-payment.{command,validation}.ts',
    'src/graphql/input/{find-issues,idempotency-key,text}.ts',
    'src/payments/access/{access-policy,per-caller}.ts',
    'src/payments/create-payment/{charge-update,fingerprint,send-deadline}.ts',
    'src/payments/model/{currency,decimal,money,status}.ts',
    'src/payments/ports/order-provider.ts',
    'src/payments/reconcile/{classify-lookup,order-fields}.ts',
    'src/webhooks/{event-message,inbox-event}.ts',
  ],
  ignorePatterns: ['/.data', '/bench', '/coverage', '/dist', '/examples', '/reports'],
  // As many as the smallest machine that it is for has cores.
  concurrency: 2,
  reporters: ['clear-text', 'progress', 'html', 'json'],
  htmlReporter: { fileName: 'reports/mutants/index.html' },
  jsonReporter: { fileName: 'reports/mutants/mutants.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: '.stryker-tmp',
};
