#!/usr/bin/env node
// Runs the command line from its TypeScript source, in this process.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

let register;
try {
  ({ register } = await import('tsx/esm/api'));
} catch {
  process.stderr.write('The packages of Mainspring are not installed here: run npm start, or npm ci.\n');
  process.exit(69);
}
register();
const cli = new URL('../client/cli.ts', import.meta.url);
if (!existsSync(fileURLToPath(cli))) {
  process.stderr.write('client/cli.ts is missing from this copy of Mainspring.\n');
  process.exit(69);
}
await import(cli.href);
