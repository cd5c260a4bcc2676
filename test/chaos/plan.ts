import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Targets of a kill -9. `job`: wrapper and trainer of one attempt. `everything`: all processes, including
 * supervisor and jobs.
 */
export const targets = [
  'temporal',
  'postgres',
  'object-store',
  'job',
  'training',
  'everything',
  'gateway',
  'control',
  'data',
  'evaluation',
  'deployment',
] as const;
export type Target = (typeof targets)[number];

/** Stages that last long enough for a kill in their middle, in order. */
export const stages = ['data', 'training', 'evaluation', 'release'] as const;
export type Stage = (typeof stages)[number];

export interface Kill {
  target: Target;
  /** The kill waits for this stage. If the stage is already over, the kill comes at once. */
  stage: Stage;
  /** Counted from the moment when the stage is first seen, or from the previous kill. */
  delayMs: number;
}

/** The stage in which a pool works. Targets without an entry are hit in any stage. */
const HOME: Partial<Record<Target, Stage>> = {
  data: 'data',
  training: 'training',
  job: 'training',
  evaluation: 'evaluation',
  deployment: 'release',
};
const LONGEST_DELAY_MS: Record<Stage, number> = {
  data: 3_000,
  training: 8_000,
  evaluation: 700,
  release: 1_500,
};

/**
 * Seeded kills: every target once, the first six in the first life, then random targets. The same numbers give the
 * same plan.
 *
 * @returns one list per lifecycle, in the order of its stages
 */
export function planKills(count: number, seed: number, perLife: number): Kill[][] {
  const random = xoroshiro128plus(seed);
  const among = <T>(items: readonly T[]): T => {
    const item = items[uniformInt(random, 0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  };
  const kills = Array.from({ length: count }, (_, n): Kill => {
    const target = targets[n] ?? among(targets);
    const stage = HOME[target] ?? among([...stages, 'training']);
    return { target, stage, delayMs: Math.floor(uniformFloat64(random) * LONGEST_DELAY_MS[stage]) };
  });
  const lives = Array.from({ length: Math.ceil(count / perLife) }, (_, life) =>
    kills.slice(life * perLife, (life + 1) * perLife),
  );
  return lives.map((life) => life.toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage)));
}
