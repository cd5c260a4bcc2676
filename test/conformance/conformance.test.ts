import { conformance } from './suite.js';
import { engines } from './engines/index.js';

/** Name of the engine: `npm run conformance -- <name>` sets it; `npm test` runs the local one. */
const name = process.env['MAINSPRING_CONFORMANCE'] ?? 'local';
const load = engines[name];
if (!load)
  throw new Error(`MAINSPRING_CONFORMANCE is "${name}", allowed: ${Object.keys(engines).join(', ')}`);
const engine = await load();
conformance(engine.name, await engine.start());
