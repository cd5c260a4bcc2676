import type { Check } from './check.js';
import { clocks, workerClocks } from './clocks.js';
import { confinement } from './confinement.js';
import { disk } from './disk.js';
import { lag } from './lag.js';
import { node } from './node.js';
import { python } from './python.js';
import { failingWorkflows, retries } from './retries.js';
import { searchAttributes } from './search-attributes.js';
import { api, gateway, objectStore, postgres, temporal } from './servers.js';
import { storeAges } from './store-ages.js';
import { storeContents } from './store-contents.js';
import { workerPools } from './worker-pools.js';
import { workerVersions } from './worker-versions.js';

/** Everything that `doctor` looks at, in the order in which it is shown. A new check needs its file and a line here. */
export const checks: readonly Check[] = [
  node,
  python,
  disk,
  confinement,
  temporal,
  searchAttributes,
  postgres,
  objectStore,
  gateway,
  api,
  workerPools,
  retries,
  failingWorkflows,
  lag,
  workerVersions,
  clocks,
  workerClocks,
  storeAges,
  storeContents,
];
