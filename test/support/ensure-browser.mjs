// Run before the tests: finds a Chromium, or installs Debian's where it can, or fails saying how to get one.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';

const USUAL_PATHS = JSON.parse(readFileSync(new URL('browser-paths.json', import.meta.url), 'utf8'));
const CANDIDATES = [process.env.CHROMIUM_PATH, ...USUAL_PATHS];

/** The path of a browser that can be run, or null. CHROMIUM_PATH comes first. */
function findBrowser() {
  return CANDIDATES.find((path) => path !== undefined && isExecutable(path)) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installBrowser() {
  console.error('No Chromium found: installing Debian\'s package "chromium" for the browser tests.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const { status } = spawnSync('apt-get', args, { env: environment, stdio: ['ignore', 2, 2] });
    if (status !== 0) return;
  }
}

function canInstall() {
  return process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
}

if (findBrowser() === null && canInstall()) installBrowser();
if (findBrowser() === null) {
  console.error(
    'The browser tests need Chromium. Install it ("apt-get install chromium" as root on Debian), or set CHROMIUM_PATH to a Chromium or Chrome that can be run, then run the tests again.',
  );
  process.exit(1);
}
