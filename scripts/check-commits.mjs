// Checks the subjects of commits: at most 72 characters, in the imperative, no full stop at the end.
// `node scripts/check-commits.mjs` looks at all commits after the rule began; `-- --message FILE` at one message (for a commit-msg hook).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_LENGTH = 72;
/** The last commit before the rule began. */
const BEFORE_THE_RULE = '9e3d165';

const [option, file] = process.argv.slice(2);
const subjects = option === '--message' ? [readFileSync(file, 'utf8').split('\n')[0]] : readSubjects();
const faults = subjects.flatMap((subject) => faultsOf(subject).map((fault) => `${fault}: ${subject}`));
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;

/** Newest first. A shallow clone lacks the base: the rule holds for its last commit. An archive has no commits. */
function readSubjects() {
  if (git('rev-parse', '--git-dir') === null) return [];
  const base = git('rev-parse', '--verify', '--quiet', `${BEFORE_THE_RULE}^{commit}`);
  const range = base === null ? ['-n', '1'] : [`${base.trim()}..HEAD`];
  return git('log', '--no-merges', '--format=%s', ...range)
    .split('\n')
    .filter(Boolean);
}

function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

function faultsOf(subject) {
  const [verb = ''] = subject.split(' ');
  return [
    ...(subject.length > MAX_LENGTH ? [`${subject.length} characters, at most ${MAX_LENGTH}`] : []),
    ...(/^[A-Z]/.test(subject) ? [] : ['begins without a capital']),
    ...(/\.$/.test(subject) ? ['ends with a full stop'] : []),
    ...(/(ed|ing)$/.test(verb) && !IMPERATIVES.has(verb) ? [`"${verb}" is not in the imperative`] : []),
  ];
}

/** Verbs whose imperative ends so by itself. */
const IMPERATIVES = new Set(['Bring', 'Embed', 'Feed', 'Need', 'Shed', 'Speed']);
