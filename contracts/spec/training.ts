import { z } from 'zod';
import { RunId } from '../ids.js';
import { Bytes, Duration } from './units.js';

/** Trials of one study; what its workflow carries does not grow with them. */
export const MAX_TRIALS = 100_000;

export const BackendName = z.enum(['local', 'slurm', 'ray', 'kubernetes']);
export type BackendName = z.infer<typeof BackendName>;

export const Resources = z.strictObject({
  cpus: z.int().positive().default(1).describe('Cores.'),
  memory: Bytes.default('2GiB').describe('Working memory.'),
  gpus: z.int().nonnegative().default(0).describe('Accelerators of each node.'),
  gpuType: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, 'a name like h100')
    .optional()
    .describe('Kind of accelerator, as the backend names it, e.g. `h100`; any when left out.'),
  nodes: z
    .int()
    .positive()
    .default(1)
    .describe(
      'Machines that train together, each with the resources above: all start, or none. Slurm and Kubernetes.',
    ),
});
export type Resources = z.infer<typeof Resources>;

/** A value of a hyperparameter. */
export const ParamValue = z.union([z.number(), z.string(), z.boolean()]);
export type ParamValue = z.infer<typeof ParamValue>;
export const Params = z.record(z.string(), ParamValue);
export type Params = z.infer<typeof Params>;

const scale = z
  .enum(['linear', 'log'])
  .default('linear')
  .describe('log draws orders of magnitude with equal weight.');
const ordered = ([low, high]: [number, number]): boolean => low <= high;
const STEP = 'Distance between the values that a grid tries, from low on; other algorithms have no grid.';
const POSITIVE = 'scale log needs a low above 0';
export const Dimension = z.union([
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
  z.strictObject({ choice: z.array(ParamValue).min(1).describe('One of these values.') }),
]);
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
      metric: z.string().min(1).describe('A metric of the trainer’s result.json; it steers the search only.'),
      goal: z.enum(['minimize', 'maximize']).describe('Which way is better.'),
    })
    .describe('What steers the search; it never decides a release.'),
  space: z.record(z.string(), Dimension).describe('Hyperparameter → where it is searched.'),
  fixed: Params.default({}).describe('Parameters given to every trial as they are, not to the final fit.'),
  earlyStopping: EarlyStopping.optional().describe(
    'Stops poor trials early, by the objective in the trainer’s progress lines.',
  ),
  warmStart: RunId.optional().describe(
    'An earlier run of this model: the search (`tpe`) is told its finished trials first.',
  ),
});
export type Search = z.infer<typeof Search>;

const name = z.string().min(1).max(63);
/** Where on a backend; each backend reads its own part. */
export const Placement = z.strictObject({
  slurm: z
    .strictObject({
      partition: name.optional().describe('`--partition`.'),
      account: name.optional().describe('`--account`.'),
      qos: name.optional().describe('`--qos`.'),
      constraint: name.optional().describe('`--constraint`.'),
    })
    .optional()
    .describe('Options of sbatch.'),
  kubernetes: z
    .strictObject({
      queue: name.optional().describe('Local queue of Kueue; the job is created suspended.'),
      priorityClass: name.optional().describe('`priorityClassName` of the pods.'),
      nodeSelector: z.record(z.string(), z.string()).optional().describe('Labels that a node must have.'),
    })
    .optional()
    .describe('Where pods go.'),
});
export type Placement = z.infer<typeof Placement>;

/** How many new attempts each failure class may cost; the user's own error costs none. */
export const Retries = z.strictObject({
  infrastructure: z.int().nonnegative().default(10).describe('Lost nodes, storage, network.'),
  preempted: z
    .int()
    .nonnegative()
    .default(20)
    .describe('Taken away by the backend; resumes from the checkpoint.'),
  outOfMemory: z.int().nonnegative().default(0).describe('Each retry asks for twice the memory.'),
  user: z.int().nonnegative().default(0).describe('The trainer’s own error.'),
});
export type Retries = z.infer<typeof Retries>;

const hours = z.number().nonnegative().optional();
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
  code: z
    .string()
    .min(1)
    .describe('Folder of the trainer, relative to the model file; packed and content-addressed.'),
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe('Exec form; `train` is appended. `python` is the environment’s.'),
  environment: z
    .string()
    .min(1)
    .describe('Lock file of the Python environment (pip requirements, exact versions).'),
  backend: BackendName.default('local').describe('Where jobs run.'),
  resources: Resources.prefault({}).describe('What one job asks for.'),
  placement: Placement.default({}).describe('Where on the backend jobs go.'),
  deadline: Duration.default('6h').describe('Longest wall time of one job, all attempts together.'),
  params: Params.default({}).describe('Parameters given to every job, trials and final fit alike.'),
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
  budget: Budget.optional().describe('What training may cost; without it nothing is counted.'),
  seed: z.int().nonnegative().default(1).describe('Of search and trainer: the same seed, the same study.'),
});
export type Training = z.infer<typeof Training>;
