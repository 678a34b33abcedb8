import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/gateway/program.js';

describe('the steps of the README that run a gateway in production', () => {
  /** What a clone has; its dependencies are these. */
  const clone = mkdtempSync(join(tmpdir(), 'gateway-clone-'));
  beforeAll(() => {
    for (const part of ['src', 'schema', 'package.json', '.swcrc', 'tsconfig.json'])
      cpSync(join(ROOT, part), join(clone, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  });
  afterAll(() => {
    rmSync(clone, { recursive: true });
  });

  const steps = () => {
    const section = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n## Run it\n')[1] ?? '';
    const block = section.split('```')[1] ?? '';
    return block.split('\n').flatMap((line) => line.split('#')[0]?.trim() || []);
  };

  it('install what the build needs, build, and reach the program that reads the settings', async () => {
    const [install, build = '', start = ''] = steps();
    const env = { PATH: process.env.PATH, NODE_ENV: 'production' };

    expect(install).toBe('npm ci --include=dev');
    execFileSync('sh', ['-c', build], { cwd: clone, env, stdio: 'pipe' });
    const program = spawn('sh', ['-c', start], { cwd: clone, env });
    let errors = '';
    program.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
    const code = await new Promise((resolve) => program.once('close', resolve));

    expect(code).toBe(1);
    expect(errors).toMatch(
      /^The gateway did not start\. The settings have to be put right:\n- CLINK_API_KEY is not set: /,
    );
  });
});
