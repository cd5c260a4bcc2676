/**
 * Writes the files that are made from contracts/: the JSON Schema of the model file, by which editors complete and check it,
 * the fields of docs/spec.md, the register of docs/failures.md, and the operations of docs/api.md. `npm run schema` runs it
 * alone, `npm run generate` with the rest.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fieldList } from './field-list.js';
import { modelJsonSchema } from '../client/spec/schema.js';
import { failuresList } from './failures-list.js';
import { libraryReference } from './library-reference.js';
import { namedTypes } from './named-types.js';

const root = fileURLToPath(new URL('..', import.meta.url));

writeFileSync(
  new URL('model.schema.json', import.meta.url),
  `${JSON.stringify(modelJsonSchema(), null, 2)}\n`,
);

/** Replace everything after the marker of a page. */
function writeAfter(marker: string, page: string, text: string): void {
  const path = new URL(`../docs/${page}`, import.meta.url);
  const [before = ''] = readFileSync(path, 'utf8').split(marker);
  writeFileSync(path, `${before}${marker}\n\n${text}\n`);
}

writeAfter('<!-- fields -->', 'spec.md', fieldList());
writeAfter('<!-- failures -->', 'failures.md', failuresList());
writeAfter('<!-- operations -->', 'api.md', libraryReference(await namedTypes(root)));
