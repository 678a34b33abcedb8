import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { itemsOf, readSection } from '../support/documents.js';

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

describe('what is known of weaknesses in what runs in production', () => {
  const PAGE = join(ROOT, 'docs/decisions/0007-known-advisories.md');
  const rows = readSection(PAGE, 'What was found').split('\n### ').slice(1).flatMap(toKnownAdvisories);
  const nothingFound = readSection(PAGE, 'Nothing found').slice(0, -1).split(/,\s/);
  const lockedVersions = (name: string): string[] =>
    production.filter(([path]) => nameOf(path) === name).map(([, { version }]) => version);

  it('is told of every package, and of no other', () => {
    const told = [...new Set([...rows.map(({ name }) => name), ...nothingFound])].sort();
    expect(told).toEqual([...new Set(production.map(([path]) => nameOf(path)))].sort());
    expect(nothingFound.filter((name) => rows.some((row) => row.name === name))).toEqual([]);
  });

  it('is told of the versions that are locked, by ids of advisories', () => {
    expect(rows.filter(({ name, locked }) => lockedVersions(name).join(', ') !== locked)).toEqual([]);
    expect(rows.filter(({ ids }) => !/^(?:(?:GHSA|AIKIDO)-[\w-]+(?: \(CVE-\d+-\d+\))?(?:, |$))+$/.test(ids))).toEqual(
      [],
    );
  });

  it('leaves no package inside the range of an advisory unless it is argued', () => {
    const unargued = rows.filter(({ result }) => !result.startsWith('not reachable: '));
    expect(unargued.filter(({ affected }) => !/^(?:(?:>=|<)?\d+\.\d+\.\d+(?: or | |$))+$/.test(affected))).toEqual([]);
    expect(
      unargued.flatMap(({ name, ids, affected }) =>
        lockedVersions(name)
          .filter((version) => isIn(affected, version))
          .map((version) => `${name} ${version} is affected by ${ids}`),
      ),
    ).toEqual([]);
  });

  it.each([
    ['<7.24.0', '7.23.9', true],
    ['<7.24.0', '7.24.0', false],
    ['<6.24.0 or >=7.0.0 <7.24.0', '6.25.0', false],
    ['<6.24.0 or >=7.0.0 <7.24.0', '7.9.10', true],
    ['4.4.2', '4.4.2', true],
    ['4.4.2', '4.4.3', false],
  ])('reads the range %s for %s', (affected, version, expected) => {
    expect(isIn(affected, version)).toBe(expected);
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

interface KnownAdvisory {
  readonly name: string;
  readonly locked: string;
  readonly ids: string;
  /** Ranges as npm writes them, with `or` between them; a version alone is that version. */
  readonly affected: string;
  readonly result: string;
}

/** Throws where a list item is not of the form that this reads. */
function toKnownAdvisories(entry: string): KnownAdvisory[] {
  const [heading = ''] = entry.split('\n');
  const [name = '', locked = ''] = heading.split(/ (.*)/);
  return itemsOf(entry).map((item) => {
    const cells = /^Affected: (.+?)\. Repaired: .+?\. Result: (.+)\. Advisories: (.+)\.$/.exec(item);
    if (cells === null) throw new Error(`${heading} has an entry of another form: ${item}`);
    const [, affected = '', result = '', ids = ''] = cells;
    return { name, locked, ids, affected: affected.replaceAll('`', ''), result };
  });
}

function isIn(ranges: string, version: string): boolean {
  return ranges.split(' or ').some((range) => range.split(' ').every((bound) => isWithin(bound, version)));
}

const byNumber = new Intl.Collator('en', { numeric: true });

function isWithin(bound: string, version: string): boolean {
  const order = byNumber.compare(version, bound.replace(/^\D+/, ''));
  if (bound.startsWith('>=')) return order >= 0;
  return bound.startsWith('<') ? order < 0 : order === 0;
}
