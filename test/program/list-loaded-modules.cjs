/** Preloaded by `node --require`: writes the paths of all modules that the process has loaded into a file as it ends. */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  writeFileSync(process.env.LOADED_MODULES_FILE, JSON.stringify(Object.keys(require.cache)));
});
