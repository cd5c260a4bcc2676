import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { BackendName } from '../../contracts/spec/training.js';
import { type TrainingBench, trainingBench } from '../support/training/bench.js';
import type { RunningEngine } from './engine.js';
import { cancelling } from './scenarios/cancelling.js';
import { dispatching } from './scenarios/dispatching.js';
import { failing } from './scenarios/failing.js';
import { listing } from './scenarios/listing.js';
import { outages } from './scenarios/outages.js';
import { telling } from './scenarios/telling.js';
import { together } from './scenarios/together.js';
import { watching } from './scenarios/watching.js';
import { stageFor } from './stage.js';

/**
 * The required behaviour of every backend, tested through the real activities, stores and wrapper on the real
 * engine.
 */
export function conformance(name: BackendName, engine: RunningEngine): void {
  let bench: TrainingBench | undefined;
  const { stage, leftOut } = stageFor(engine, () => {
    if (!bench) throw new Error('the bench is there only while tests run');
    return bench;
  });
  beforeAll(async () => {
    const { resources, placement } = engine;
    bench = await trainingBench({
      engine: {
        name,
        backend: (options) => engine.backend(options),
        ...(resources && { resources }),
        ...(placement && { placement }),
      },
      engineId: `conformance-${randomUUID().slice(0, 8)}`,
    });
    await bench.buildEnvironment();
  });
  afterAll(async () => {
    try {
      await bench?.close();
    } finally {
      await engine.stop();
    }
    for (const title of leftOut) process.stdout.write(`  left out, ${name} cannot: ${title}\n`);
  });

  describe(`a job on ${name}`, () => {
    describe('that is dispatched', () => dispatching(stage));
    describe('that is watched', () => watching(stage));
    describe('that is cancelled', () => cancelling(stage));
    describe('that fails', () => failing(stage));
    // A section without a scenario would be an error of the test runner.
    if (engine.faults.machines) describe('of two machines', () => together(stage));
    else together(stage);
    describe('that is listed', () => listing(stage));
    describe('that tells something', () => telling(stage));
    if (engine.faults.stopController) describe('whose engine is away', () => outages(stage));
    else outages(stage);
    if (engine.traps) describe('in a trap of its engine', () => engine.traps?.(() => stage.bench));
  });
}
