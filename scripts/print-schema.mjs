import { writeFileSync } from 'node:fs';
import { printSchemaFile, SCHEMA_FILE } from './compile-schema.mjs';

/** Writes schema/payments.graphql from the classes in src/graphql. */
writeFileSync(SCHEMA_FILE, printSchemaFile());
