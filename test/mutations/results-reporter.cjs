const { writeFileSync } = require('node:fs');

/** Jest's own JSON can't hold the bigints of a failed comparison: this is what the script needs of it. */
module.exports = class ResultsReporter {
  onRunComplete(_contexts, { testResults }) {
    const tests = testResults.flatMap((suite) => suite.testResults);
    const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    const passed = tests.filter(({ status }) => status === 'passed').length;
    writeFileSync(process.env.MUTATION_RESULTS, JSON.stringify({ failed, passed }));
  }
};
