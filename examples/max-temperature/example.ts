import { fileURLToPath } from 'node:url';
import type { Example } from '../example.js';

export const example: Example = {
  modelFile: fileURLToPath(new URL('model.yaml', import.meta.url)),
  asOf: '2015-07-02',
  trafficUntil: '2015-07-09',
};
