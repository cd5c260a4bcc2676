import { z } from 'zod';
import { BACKEND_NAMES } from '../backends/index.js';
import { placementShape } from '../backends/placement.js';
import { listOf, mapOf } from '../bounded.js';
import { unionByKey, unionByType } from '../chosen-union.js';
import { RunId } from '../ids.js';
import { PositiveDuration } from '../primitives/duration.js';
import { size } from '../primitives/size.js';
import { text } from '../primitives/text.js';

/** Most trials of one study. The size of the study's workflow does not grow with them. */
export const MAX_TRIALS = 100_000;

export const BackendName = z.enum(BACKEND_NAMES);
export type BackendName = z.infer<typeof BackendName>;

export const Resources = z.strictObject({
  cpus: z.int().positive().max(100_000).default(1).describe('Cores.'),
  memory: size('1MiB', '8000TiB').default('2GiB').describe('Working memory.'),
  gpus: z.int().nonnegative().max(100_000).default(0).describe('Accelerators of each node.'),
  gpuType: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,63}$/, 'a name like h100, at most 63 characters')
    .optional()
    .describe('Kind of accelerator, as the backend names it, e.g. `h100`; any when left out.'),
  nodes: z
    .int()
    .positive()
    .max(100_000)
    .default(1)
    .describe(
      'Machines that train together, each with the resources above: all start, or none. Slurm and Kubernetes.',
    ),
});
export type Resources = z.infer<typeof Resources>;

/** A value of a hyperparameter. */
export const ParamValue = unionByType(
  ['number', 'string', 'boolean'],
  [z.number(), z.string().max(10_000), z.boolean()],
);
export type ParamValue = z.infer<typeof ParamValue>;
export const Params = z.record(z.string(), ParamValue);
export type Params = z.infer<typeof Params>;
const params = (about: string) => mapOf(z.string(), ParamValue, 1_000, about).default({});

const scale = z
  .enum(['linear', 'log'])
  .default('linear')
  .describe('log draws orders of magnitude with equal weight.');
const ordered = ([low, high]: [number, number]): boolean => low <= high;
const STEP = 'Distance between the values that a grid tries, from low on; other algorithms have no grid.';
const POSITIVE = 'scale log needs a low above 0';
export const Dimension = unionByKey(
  ['int', 'float', 'choice'],
  [
    z
      .strictObject({
        int: z
          .tuple([z.int(), z.int()])
          .refine(ordered, 'low must not exceed high')
          .describe('Whole numbers from low to high.'),
        scale,
        step: z.int().positive().optional().describe(STEP),
      })
      .refine((dimension) => dimension.scale === 'linear' || dimension.int[0] > 0, POSITIVE),
    z
      .strictObject({
        float: z
          .tuple([z.number(), z.number()])
          .refine(ordered, 'low must not exceed high')
          .describe('Numbers from low to high.'),
        scale,
        step: z.number().positive().optional().describe(STEP),
      })
      .refine((dimension) => dimension.scale === 'linear' || dimension.float[0] > 0, POSITIVE),
    z.strictObject({ choice: listOf(ParamValue, 1_000, 'One of these values.', 1) }),
  ],
);
export type Dimension = z.infer<typeof Dimension>;

export const SearchAlgorithm = z.enum(['random', 'grid', 'sobol', 'tpe', 'asha']);
export type SearchAlgorithm = z.infer<typeof SearchAlgorithm>;

/** Asynchronous successive halving: no trial waits for another one. */
export const EarlyStopping = z.strictObject({
  minSteps: z
    .int()
    .positive()
    .describe('First rung: no trial is judged before this step of its progress lines.'),
  reduction: z
    .int()
    .min(2)
    .max(10)
    .default(3)
    .describe('At each rung the best of so many goes on; the next rung is so many times as far.'),
});
export type EarlyStopping = z.infer<typeof EarlyStopping>;

export const Search = z.strictObject({
  algorithm: SearchAlgorithm.default('random').describe(
    'How points of the space are chosen; `tpe` learns from finished trials, `asha` is random with early stopping.',
  ),
  trials: z.int().min(1).max(MAX_TRIALS).describe('Points that are tried.'),
  parallel: z.int().min(1).max(1_000).default(1).describe('Trials that run at once.'),
  objective: z
    .strictObject({
      metric: text(200).describe('A metric of the trainer’s result.json; it steers the search only.'),
      goal: z.enum(['minimize', 'maximize']).describe('Which way is better.'),
    })
    .describe('The metric that steers the search. It never decides about a release.'),
  space: mapOf(z.string(), Dimension, 1_000, 'Hyperparameter → where it is searched.'),
  fixed: params('Parameters given to every trial as they are, not to the final fit.'),
  earlyStopping: EarlyStopping.optional().describe(
    'Stops poor trials early, by the objective in the trainer’s progress lines.',
  ),
  warmStart: RunId.optional().describe(
    'An earlier run of this model: the search (`tpe`) is told its finished trials first.',
  ),
});
export type Search = z.infer<typeof Search>;

/** Placement on a backend; each backend reads its own part. */
export const Placement = z.strictObject(placementShape);
export type Placement = z.infer<typeof Placement>;

/** Number of new attempts allowed per failure class. Default for the user's own error: none. */
export const Retries = z.strictObject({
  infrastructure: z.int().nonnegative().max(10_000).default(10).describe('Lost nodes, storage, network.'),
  preempted: z
    .int()
    .nonnegative()
    .max(10_000)
    .default(20)
    .describe('Taken away by the backend; resumes from the checkpoint.'),
  outOfMemory: z.int().nonnegative().max(20).default(0).describe('Each retry asks for twice the memory.'),
  user: z.int().nonnegative().max(10_000).default(0).describe('The trainer’s own error.'),
});
export type Retries = z.infer<typeof Retries>;

const hours = z.number().nonnegative().max(1e9).optional();
/** Name of a budget account, a pool or a team. */
export const ShortName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'lower-case letters, digits, dots, dashes and underscores, 1–63 characters',
  );

export const Budget = z
  .strictObject({
    account: ShortName.optional().describe(
      'A shared account (`mainspring budget set`); its limits hold for all that name it, together.',
    ),
    gpuHours: hours.describe('Limit of this lifecycle alone: GPUs held × hours.'),
    cpuHours: hours.describe('Limit of this lifecycle alone: cores held × hours.'),
    money: hours.describe('Limit of this lifecycle alone, by the price list (`mainspring budget price`).'),
    onExhausted: z
      .enum(['ask', 'fail'])
      .default('ask')
      .describe('ask parks the jobs and opens one approval to extend the budget; fail ends them.'),
  })
  .refine(
    ({ account, gpuHours, cpuHours, money }) =>
      [account, gpuHours, cpuHours, money].some((value) => value !== undefined),
    'needs an account, gpuHours, cpuHours or money',
  );
export type Budget = z.infer<typeof Budget>;

export const Training = z.strictObject({
  code: text(1_000).describe(
    'Folder of the trainer, relative to the model file; packed and content-addressed.',
  ),
  command: listOf(text(10_000), 1_000, 'Exec form; `train` is appended. `python` is the environment’s.', 1),
  environment: text(1_000).describe(
    'Lock file of the Python environment (pip requirements, exact versions).',
  ),
  backend: BackendName.default('local').describe('Where jobs run.'),
  resources: Resources.prefault({}).describe('Resources that one job requests.'),
  placement: Placement.default({}).describe('Where on the backend jobs go.'),
  deadline: PositiveDuration.default('6h').describe('Longest wall time of one job, all attempts together.'),
  quantiles: listOf(
    z.number().gt(0).lt(1),
    1_000,
    'Quantiles that a regression also predicts, ascending, e.g. [0.1, 0.5, 0.9]: output `quantiles`, one column each.',
    1,
  ).optional(),
  params: params('Parameters given to every job, trials and final fit alike.'),
  search: Search.describe('The hyperparameter search.'),
  retries: Retries.prefault({}).describe('New attempts of one job, by the reason why the last one ended.'),
  team: ShortName.optional().describe(
    'Whose share of a pool (`mainspring pool set`) its jobs count for; default: the model.',
  ),
  priority: z
    .int()
    .min(1)
    .max(5)
    .optional()
    .describe('Among the jobs of a team that wait for a pool the higher one goes first; default: 3.'),
  budget: Budget.optional().describe('Limits of the cost of training. Default: no limit.'),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 32 - 1)
    .default(1)
    .describe('Of search and trainer: the same seed, the same study.'),
});
export type Training = z.infer<typeof Training>;
