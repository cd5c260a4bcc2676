import { fileURLToPath } from 'node:url';
import type { Example } from '../example.js';
import { replayWeeks } from './replay-weeks.js';
import { sampledFlights } from './sampled-source.js';

/** The first lifecycle uses January. February to June are traffic. */
const AS_OF = '2001-02-01';

export const example: Example = {
  modelFile: fileURLToPath(new URL('model.yaml', import.meta.url)),
  asOf: AS_OF,
  trafficUntil: '2001-02-02',
  sources: async (sample, dataDir) => ({ flights: await sampledFlights(sample, dataDir) }),
  replayWeeks: (context) => replayWeeks({ ...context, from: AS_OF }),
};
