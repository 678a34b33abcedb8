// Runs every static check, two at a time. Prints one line where all is well, else what the failed checks found.
import { spawn } from 'node:child_process';

const CHECKS = [
  'types',
  'lint',
  'format',
  'arrows',
  'exports',
  'lock',
  'generated',
  'released',
  'mutations',
  'commits',
].map((name) => `check:${name}`);

const waiting = [...CHECKS];
const failed = [];
await Promise.all([runNext(), runNext()]);
if (failed.length > 0) {
  for (const { output } of failed) process.stderr.write(output);
  const names = failed.map(({ check }) => check).join(', ');
  process.stderr.write(`${failed.length} of ${CHECKS.length} checks found something: ${names}.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`All ${CHECKS.length} checks pass.\n`);
}

async function runNext() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const { code, output } = await run(check);
    if (code !== 0) failed.push({ check, output });
  }
}

function run(check) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', check], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output: `${check}:\n${output}` }));
  });
}
