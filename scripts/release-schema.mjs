import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const place = (file) => fileURLToPath(new URL(`../schema/${file}`, import.meta.url));

/** Part of making a release: the schema as it is now is what later ones are compared with. */
copyFileSync(place('payments.graphql'), place('released/payments.graphql'));
