// Builds at every change of src and starts the gateway anew: `npm run dev`.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';

const SETTLE_MS = 150;
let gateway = null;
let timer = null;

watch('src', { recursive: true }, () => {
  clearTimeout(timer);
  timer = setTimeout(restart, SETTLE_MS);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop().then(() => process.exit(0)));
await restart();

async function restart() {
  const built = await ended(spawn('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }));
  if (built !== 0) return process.stderr.write('The build failed. The gateway goes on as it was.\n');
  await stop();
  gateway = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], { stdio: 'inherit' });
}

async function stop() {
  if (gateway === null || gateway.exitCode !== null || gateway.signalCode !== null) return;
  const stopped = ended(gateway);
  gateway.kill('SIGTERM');
  await stopped;
}

function ended(child) {
  return new Promise((resolve) => child.once('exit', resolve));
}
