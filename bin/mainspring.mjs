#!/usr/bin/env node
// The command line. In a clone it is compiled first, in a built package it is JavaScript; it runs in this process.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiled, isBuilt, root } from './code.mjs';

if (!isBuilt && !existsSync(join(root, 'node_modules', 'esbuild'))) {
  process.stderr.write('The packages of Mainspring are not installed here: run npm start, or npm ci.\n');
  process.exit(69);
}
await import(pathToFileURL(await compiled('client/cli')).href);
