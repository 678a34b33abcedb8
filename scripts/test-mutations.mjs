// Breaks a rule of the protocol in a copy of the tree and runs the suites that must see it, mutation by mutation.
// `npm run test:mutations` tries all, `npm run test:mutations -- id id` some, `-- --list` names them, and `-- --check` only
// looks whether each still applies. Exit code 1: a mutation survived, did not apply, or proved nothing.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTATIONS } from '../test/mutations/mutations.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NOT_COPIED = new Set(['.git', '.data', '.stryker-tmp', 'coverage', 'dist', 'node_modules', 'reports']);
/** Suites under load as well, which `npm test` leaves to `npm run test:load`. */
const EVERY_SUITE = ['--testPathIgnorePatterns=/node_modules/'];
const SUITES_TIMEOUT_MS = 15 * 60_000;

/** What runs at present: a build, or suites. */
let running = null;

const args = process.argv.slice(2);
const chosen = choose(args.filter((arg) => !arg.startsWith('--')));
if (args.includes('--list')) {
  for (const { id, breaks, suites } of chosen) console.log(`${id}: ${breaks} (${suites.join(', ')})`);
} else if (args.includes('--check')) {
  report(await Promise.all(chosen.map(async (mutation) => ({ mutation, ...(await check(mutation)) }))), ['applies']);
} else {
  report(await tryAll(chosen), ['killed', 'argued']);
}

function choose(ids) {
  const known = new Map(MUTATIONS.map((mutation) => [mutation.id, mutation]));
  if (known.size < MUTATIONS.length) throw new Error('Two mutations have one id.');
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) throw new Error(`No mutation is called ${unknown.join(', ')}; see --list.`);
  return ids.length === 0 ? MUTATIONS : ids.map((id) => known.get(id));
}

function report(results, wanted) {
  const others = results.filter(({ result }) => !wanted.includes(result));
  for (const { mutation, result, why } of others) console.error(`${result}: ${mutation.id}. ${why}`);
  console.log(`${results.length - others.length} of ${results.length} ${wanted.join(', ')}.`);
  process.exitCode = others.length === 0 ? 0 : 1;
}

async function check(mutation, root = ROOT) {
  const missing = mutation.suites.filter((suite) => !existsSync(join(root, suite)));
  if (missing.length > 0) return { result: 'not-applied', why: `There is no ${missing.join(', ')}.` };
  const { why } = mutate(mutation, await readFile(join(root, mutation.file), 'utf8'));
  return why === undefined ? { result: 'applies' } : { result: 'not-applied', why };
}

/** Each text to find must stand in the file exactly once: else the code has moved on, and nobody knows what would be tried. */
function mutate({ file, changes }, source) {
  let mutated = source;
  for (const [find, replace] of changes) {
    const count = mutated.split(find).length - 1;
    if (count !== 1) return { why: `${file} has this text ${count} times: ${find}` };
    mutated = mutated.replace(find, () => replace);
  }
  return { mutated };
}

async function tryAll(mutations) {
  const tree = await copyTree();
  process.once('exit', () => rmSync(tree, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, endAll);
  const suites = [...new Set(mutations.flatMap((mutation) => mutation.suites))];
  console.log(`Without a mutation, ${suites.length} suites:`);
  const sound = await runSuites(tree, suites);
  if (!sound.hasPassed) throw new Error(`The suites fail by themselves.\n${sound.output.slice(-8_000)}`);
  const results = [];
  for (const mutation of mutations) {
    const startedAt = performance.now();
    const outcome = await tryOne(mutation, tree);
    results.push({ mutation, ...outcome });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    console.log(`${outcome.result} ${mutation.id} (${seconds} s) ${outcome.why}`);
  }
  return results;
}

async function copyTree() {
  const tree = await mkdtemp(join(tmpdir(), 'mutations-'));
  const isCopied = (path) => !NOT_COPIED.has(path.slice(ROOT.length).split('/')[0]);
  await cp(ROOT, tree, { recursive: true, filter: isCopied });
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

async function tryOne(mutation, tree) {
  const file = join(tree, mutation.file);
  const applies = await check(mutation, tree);
  if (applies.result !== 'applies') return applies;
  const source = await readFile(file, 'utf8');
  await writeFile(file, mutate(mutation, source).mutated);
  try {
    return judge(mutation, await runSuites(tree, mutation.suites));
  } finally {
    await writeFile(file, source);
  }
}

/** Killed only by tests that fail while others of their suite pass: what doesn't even start is no proof that a rule is tested. */
function judge({ breaks, argued }, { hasPassed, output, failed, passed }) {
  if (hasPassed) return argued === undefined ? { result: 'survived', why: breaks } : { result: 'argued', why: argued };
  if (failed.length === 0) return { result: 'not-proved', why: output.slice(-2_000) };
  if (passed === 0 && failed.length > 3) return { result: 'not-proved', why: `All ${failed.length} tests fail.` };
  return { result: 'killed', why: `by ${failed.length}: ${failed[0]}` };
}

async function runSuites(tree, suites) {
  const results = join(tree, 'mutation-results.json');
  await rm(results, { force: true });
  const built = await run(tree, ['npm', 'run', '--silent', 'build']);
  if (built.code !== 0) return { hasPassed: false, output: built.output, failed: [], passed: 0 };
  const reporters = ['default', './test/mutations/results-reporter.cjs'].map((name) => `--reporters=${name}`);
  const { code, output } = await run(
    tree,
    ['node', 'node_modules/jest/bin/jest.js', ...EVERY_SUITE, ...reporters, '--silent', '--runTestsByPath', ...suites],
    { MUTATION_RESULTS: results },
  );
  const told = existsSync(results) ? JSON.parse(await readFile(results, 'utf8')) : { failed: [], passed: 0 };
  return { hasPassed: code === 0, output, ...told };
}

/** In a process group of its own, so that nothing that a suite has started outlives it. */
function run(cwd, [command, ...commandArgs], settings = {}) {
  const env = { ...process.env, ...settings };
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    running = child;
    const timeout = setTimeout(endRunning, SUITES_TIMEOUT_MS);
    child.on('close', (code) => {
      running = null;
      clearTimeout(timeout);
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

function endRunning() {
  if (running !== null) process.kill(-running.pid, 'SIGKILL');
}

function endAll() {
  endRunning();
  process.exit(1);
}
