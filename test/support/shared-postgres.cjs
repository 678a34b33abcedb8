// Starts the PostgreSQL that suites share. Each test makes a database of its own there.
require('./typescript.cjs');
const { startPostgres } = require('./postgres.ts');

module.exports = async () => {
  const server = await startPostgres();
  globalThis.sharedPostgresServer = server;
  process.env.SHARED_POSTGRES_URL = server.urlOf('postgres');
};
