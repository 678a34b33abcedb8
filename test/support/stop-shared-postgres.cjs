module.exports = () => globalThis.sharedPostgresServer.dispose();
