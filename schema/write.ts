/**
 * Writes what is made from the contract of the model file: its JSON Schema, by which editors complete and check it, and the
 * field tables of docs/spec.md. Run it as `npm run schema` after a change of contracts/spec.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fieldTables } from '../client/spec/field-tables.js';
import { modelJsonSchema } from '../client/spec/schema.js';

writeFileSync(
  new URL('model.schema.json', import.meta.url),
  `${JSON.stringify(modelJsonSchema(), null, 2)}\n`,
);

const docs = new URL('../docs/spec.md', import.meta.url);
const [before = ''] = readFileSync(docs, 'utf8').split('<!-- fields -->');
writeFileSync(docs, `${before}<!-- fields -->\n\n${fieldTables()}\n`);
