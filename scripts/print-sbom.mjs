// Prints a CycloneDX 1.5 list of what runs in production, with what depends on what: everything in package-lock.json that is reached from
// the production dependencies. `npm sbom --omit dev` leaves out every package that a development dependency needs as well.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const root = packages[''];
const reached = new Map();
reach('');
const product = { type: 'application', name: root.name, version: root.version, 'bom-ref': refOf('') };
const sbom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: `urn:uuid:${randomUUID()}`,
  version: 1,
  metadata: { timestamp: new Date().toISOString(), component: product },
  components: [...reached.keys()].filter((path) => path !== '').map(toComponent),
  dependencies: [...reached].map(([path, needed]) => ({ ref: refOf(path), dependsOn: needed.map(refOf) })),
};
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);

/** Peers are reached where they are installed. */
function reach(path) {
  if (reached.has(path)) return;
  const { dependencies, optionalDependencies, peerDependencies } = packages[path];
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  const needed = [...new Set(names.map((name) => find(path, name)).filter((found) => found !== null))];
  reached.set(path, needed);
  for (const next of needed) reach(next);
}

/** A package is looked for in the folder of the one that wants it, then in the folders above, as Node does. */
function find(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[found] !== undefined) return found;
    if (folder === '') return null;
  }
}

function toComponent(path) {
  const { version, license, integrity } = packages[path];
  const name = nameOf(path);
  return {
    ...{
      type: 'library',
      name,
      version,
      'bom-ref': refOf(path),
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    },
    ...(license !== undefined && { licenses: [toLicense(license)] }),
    ...(integrity !== undefined && { hashes: [toHash(integrity)] }),
  };
}

function toLicense(license) {
  if (/[ ()]/.test(license)) return { expression: license };
  return { license: license.includes('/') ? { name: license } : { id: license } };
}

function toHash(integrity) {
  const [algorithm, content] = integrity.split('-');
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(content, 'base64').toString('hex') };
}

function refOf(path) {
  return path === ''
    ? `${root.name}@${root.version}`
    : `${path.replace(/^node_modules\//, '')}@${packages[path].version}`;
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
