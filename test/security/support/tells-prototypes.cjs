/** Loaded before the gateway: says on a signal what everything inherits in its process. On another it pollutes that first. */
process.on('SIGALRM', tell);
process.on('SIGWINCH', () => {
  Object.prototype.polluted = true;
  tell();
});

function tell() {
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
  const names = prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String));
  const inherited = [];
  for (const name in {}) inherited.push(name);
  process.stderr.write(`prototypes:${JSON.stringify({ names, inherited })}\n`);
}
