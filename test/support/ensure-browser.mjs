// Runs before the tests. Where it can, it installs Debian's headless Chromium, which takes a third of the processor time
// of the whole one. Elsewhere it finds any Chromium, or fails and says how to get one.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';

const USUAL_PATHS = JSON.parse(readFileSync(new URL('browser-paths.json', import.meta.url), 'utf8'));
const [HEADLESS_SHELL] = USUAL_PATHS;
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
  console.error('Installing Debian\'s package "chromium-headless-shell" for the browser tests.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium-headless-shell'],
  ]) {
    const { status } = spawnSync('apt-get', args, { env: environment, stdio: ['ignore', 2, 2] });
    if (status !== 0) return;
  }
}

function canInstall() {
  return process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
}

if (process.env.CHROMIUM_PATH === undefined && !isExecutable(HEADLESS_SHELL) && canInstall()) installBrowser();
if (findBrowser() === null) {
  console.error(
    'The browser tests need Chromium. Install it ("apt-get install chromium-headless-shell" as root on Debian), ' +
      'or set CHROMIUM_PATH to a Chromium or Chrome that can be run, then run the tests again.',
  );
  process.exit(1);
}
