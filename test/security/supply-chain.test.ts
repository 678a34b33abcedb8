import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

interface LockedPackage {
  readonly version: string;
  readonly dev?: true;
  readonly devOptional?: true;
  readonly integrity?: string;
  readonly license?: string;
  readonly hasInstallScript?: true;
}

interface Component {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly 'bom-ref': string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const production = Object.entries(packages).filter(
  ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
);

describe('what runs in production', () => {
  it('needs no install script: the only one there is compares version numbers and makes at most an empty folder', () => {
    const scripts = production.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
    expect(scripts).toEqual(['@apollo/protobufjs']);
    const script = readFileSync(join(ROOT, 'node_modules/@apollo/protobufjs/scripts/postinstall.js'), 'utf8');
    expect(script).not.toMatch(/child_process|https?:|net|writeFile|eval/);
  });

  it('is locked by its content, to exact versions', () => {
    expect(production.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('comes under licences that ask for nothing but to be named', () => {
    const free = [
      'MIT',
      'MIT/X11',
      'ISC',
      '0BSD',
      'BSD-2-Clause',
      'BSD-3-Clause',
      'Apache-2.0',
      'BlueOak-1.0.0',
      '(MIT AND BSD-3-Clause)',
    ];
    expect(production.filter(([, { license }]) => !free.includes(license ?? '')).map(([path]) => path)).toEqual([]);
  });
});

describe('npm run sbom', () => {
  const sbom = JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' })) as {
    bomFormat: string;
    specVersion: string;
    serialNumber: string;
    components: readonly Component[];
    dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  };

  it('prints CycloneDX', () => {
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 });
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    const refs = sbom.components.map((component) => component['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const told = new Set([...refs, sbom.dependencies[0]?.ref]);
    expect(
      sbom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !told.has(ref)),
    ).toEqual([]);
    for (const { type, purl, hashes } of sbom.components) {
      expect(type).toBe('library');
      expect(purl).toMatch(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d/);
      expect(hashes?.[0]?.alg).toBe('SHA-512');
      expect(hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
    }
  });

  it('lists everything that npm installs for production, and nothing else', () => {
    const listed = sbom.components.map(({ name, version }) => `${name}@${version}`).sort();
    const installed = production.map(([path, { version }]) => `${nameOf(path)}@${version}`).sort();
    expect(listed).toEqual(installed);
    expect(listed).toEqual(expect.arrayContaining(['graphql@16.15.0', 'pino@10.4.0', 'pg@8.23.1']));
    expect(listed.filter((name) => /^(?:jest|eslint|typescript|@swc\/|playwright)/.test(name))).toEqual([]);
  });
});
