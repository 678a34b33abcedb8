/** Preloaded by `node --require`: as the process ends, writes the paths of its loaded modules to a file. */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  writeFileSync(process.env.LOADED_MODULES_FILE, JSON.stringify(Object.keys(require.cache)));
});
