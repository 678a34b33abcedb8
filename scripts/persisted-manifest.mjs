import { writeFileSync } from 'node:fs';
import { buildManifest, MANIFEST_FILE } from './build-manifest.mjs';

/** Writes the manifest of persisted operations from schema/operations. */
writeFileSync(MANIFEST_FILE, buildManifest());
