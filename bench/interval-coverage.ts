import type { Bench } from './bench.js';
import { coverageOf, truthOf } from './interval-coverage/coverage.js';
import { WORLDS } from './interval-coverage/worlds.js';

const CONFIDENCE = 0.95;
const SAMPLES = 400;
const RESAMPLES = 500;
/** Units from which a mark is kept. The figures of fewer units are information. */
const MANY = 200;

/** How often the intervals of the evaluation hold the truth, on samples of populations whose truth is known. */
export const bench: Bench = {
  name: 'interval-coverage',
  summary:
    'how often 95 % intervals of a difference hold the truth, against 95 %: at least 0.96 with 200 normal units',
  run: async (print) => {
    for (const world of WORLDS) {
      const truth = truthOf(world);
      for (const units of [7, 28, MANY])
        for (const { metric, own, paired } of await coverageOf(world, truth, {
          units,
          samples: SAMPLES,
          resamples: RESAMPLES,
          confidence: CONFIDENCE,
        }))
          print({
            bench: `interval-coverage ${world.name} ${metric} units=${units}`,
            ratio: paired / CONFIDENCE,
            ...(world.shape === 'normal' && units === MANY && { atLeast: 0.96 }),
            paired,
            own,
            samples: SAMPLES,
          });
    }
  },
};
