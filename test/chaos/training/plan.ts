import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * The strikes against training. `job`: kills wrapper and trainer, as when a machine is lost; `wrapper` and
 * `trainer`: kill one of them. `reset`: resets a workflow to an earlier point of its history. `again`: delivers an
 * activity once more.
 */
export const blows = [
  'job',
  'wrapper',
  'trainer',
  'training',
  'control',
  'temporal',
  'postgres',
  'object-store',
  'everything',
  'reset',
  'again',
] as const;
export type Blow = (typeof blows)[number];

/** True for strikes that are a kill -9. */
export const isKill = (blow: Blow): boolean => blow !== 'reset' && blow !== 'again';

export interface Strike {
  blow: Blow;
  /** Counted from the previous strike. */
  delayMs: number;
  /** Selects one of several possible targets: 0–1, 1 excluded. */
  at: number;
}

/** Number of each kill in a hundred; resets and second deliveries are added. */
const SHARE: [Blow, number][] = [
  ['job', 30],
  ['wrapper', 8],
  ['trainer', 8],
  ['training', 18],
  ['control', 12],
  ['temporal', 8],
  ['postgres', 7],
  ['object-store', 7],
  ['everything', 2],
];
const RESET_EVERY = 6;
const AGAIN_EVERY = 3;
const LONGEST_DELAY_MS = 2_500;

/**
 * Seeded strikes: each kind once, then by its share. The same numbers give the same plan.
 *
 * @param kills number of strikes that are kills
 */
export function planStrikes(kills: number, seed: number): Strike[] {
  const random = xoroshiro128plus(seed);
  const fraction = (): number => uniformFloat64(random);
  const strike = (blow: Blow): Strike => ({
    blow,
    delayMs: Math.floor(fraction() * LONGEST_DELAY_MS),
    at: fraction(),
  });
  const byShare = (): Blow => {
    let left = uniformInt(random, 0, SHARE.reduce((sum, [, share]) => sum + share, 0) - 1);
    for (const [blow, share] of SHARE) {
      if (left < share) return blow;
      left -= share;
    }
    return 'job';
  };
  return Array.from({ length: kills }, (_, n) => n).flatMap((n) => [
    strike(SHARE[n]?.[0] ?? byShare()),
    ...(n % RESET_EVERY === RESET_EVERY - 1 ? [strike('reset')] : []),
    ...(n % AGAIN_EVERY === AGAIN_EVERY - 1 ? [strike('again')] : []),
  ]);
}
