import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Bench } from './bench.js';
import { COMMAND, type StudyWorld, openStudyWorld, round } from './study/world.js';

const PARALLEL = 4;
/** Seconds of work per trainer, with the number of trials and the mark. Real trials work for minutes. */
const CASES = [
  { seconds: 0, trials: 60, mark: {} },
  { seconds: 5, trials: 12, mark: { atMost: 1.5 } },
];

/** The usual alternative: the same processes, as many at a time, without any record. */
async function bareLoop(world: StudyWorld, trials: number, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const limit = pLimit(PARALLEL);
  await Promise.all(
    Array.from({ length: trials }, (_, trial) =>
      limit(async () => {
        const base = join(world.folder, `bare-${seconds}-${trial}`);
        await mkdir(base);
        const [program = 'sh', ...args] = COMMAND;
        const child = spawn(program, [...args, 'train'], {
          cwd: world.trainer,
          env: {
            PATH: process.env['PATH'],
            TRAINER_BASE: base,
            SM_HP_RATE: '0.5',
            SM_HP_SECONDS: String(seconds),
          },
          stdio: 'ignore',
        });
        await new Promise((resolve) => child.once('exit', resolve));
      }),
    ),
  );
  return (performance.now() - startedAt) / 1_000;
}

export const bench: Bench = {
  name: 'trial-overhead',
  summary:
    'trials as durable jobs against a bare loop that starts the same trainers: at most 1.5 times as long for trainers of 5 s',
  run: async (print) => {
    const world = await openStudyWorld();
    try {
      // Builds the environment and fills the caches.
      await (await world.start('warm', { trials: 4, parallel: PARALLEL, seconds: 0 })).result();
      for (const { seconds, trials, mark } of CASES) {
        const bare = await bareLoop(world, trials, seconds);
        const startedAt = performance.now();
        await (await world.start(`of-${seconds}-s`, { trials, parallel: PARALLEL, seconds })).result();
        const engine = (performance.now() - startedAt) / 1_000;
        print({
          bench: `trial-overhead ${seconds} s`,
          ratio: round(engine / bare),
          ...mark,
          trials,
          parallel: PARALLEL,
          engineSecondsPerTrial: round(engine / trials),
          bareSecondsPerTrial: round(bare / trials),
          overheadSecondsPerTrial: round((PARALLEL * (engine - bare)) / trials),
        });
      }
    } finally {
      await world.close();
    }
  },
};
