const { TestEnvironment } = require('jest-environment-node');

/** Fails a suite at its end, after everything was closed, when a gateway has written a secret: see output-search.ts. */
module.exports = class SearchingEnvironment extends TestEnvironment {
  async handleTestEvent({ name }) {
    if (name !== 'run_finish') return;
    const found = this.global.foundInOutput ?? [];
    if (found.length > 0)
      throw new Error(`A gateway wrote what it must not (${found.length} times), for one\n${found[0]}`);
  }
};
