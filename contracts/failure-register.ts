/** Kind of a failure, by which a caller decides what to do. The command line turns it into its exit code. */
export type FailureKind = 'failed' | 'usage' | 'refused' | 'not-found' | 'unreachable';

/** Exit codes of the command line, see docs/cli.md. 0 is success. */
export const EXIT_CODE: Record<FailureKind, number> = {
  failed: 1,
  usage: 2,
  refused: 3,
  'not-found': 4,
  unreachable: 5,
};

export interface FailureEntry {
  kind: FailureKind;
  /** Status of an HTTP answer that reports this failure. */
  http: number;
  /** One sentence for docs/failures.md. */
  meaning: string;
  /** The remedy that is shown if the failure itself carries none. */
  remedy: string;
  /** Settings of the spec that allow retries. Default: none, the failure is final. */
  retriedBy?: string[];
}

/**
 * Every failure type that Mainspring raises. A name is wire format: it stands in histories for years, so it is never renamed
 * and never reused. `npm run schema` writes this register to docs/failures.md.
 */
export const FAILURES = {
  InvalidInput: {
    kind: 'refused',
    http: 422,
    meaning:
      'An input breaks its contract: a workflow, activity, signal or update got something that it does not take.',
    remedy: 'Correct the caller: the message names field, value and what is allowed.',
  },
  SpecNotFound: {
    kind: 'not-found',
    http: 404,
    meaning: 'No spec with this digest is recorded.',
    remedy: 'Start the lifecycle with `mainspring start`: it records the spec first.',
  },
  SourceNotFound: {
    kind: 'not-found',
    http: 404,
    meaning: 'A declared source is not in the object store.',
    remedy: 'Correct `data.sources`, or upload the file again.',
  },
  SourceUnreadable: {
    kind: 'refused',
    http: 422,
    meaning: 'A source is empty, is not of its format, or lacks its time column.',
    remedy: 'Export the file again, or correct `data.sources`: the message says what was found.',
  },
  SqlRefused: {
    kind: 'refused',
    http: 422,
    meaning: 'A SQL file does something else than one SELECT over its declared inputs.',
    remedy:
      'Correct the SQL: it may read only its declared inputs, and no file, network, setting or extension.',
  },
  SqlTimedOut: {
    kind: 'failed',
    http: 422,
    meaning: 'A SQL statement ran longer than `data.limits.time`.',
    remedy: 'Make the statement cheaper, or raise the limit.',
  },
  DataRejected: {
    kind: 'refused',
    http: 422,
    meaning: 'A check of the data failed, or no rows are left.',
    remedy: 'Mend the data, or the check: the report and a sample of failing rows are artifacts of the run.',
  },
  DataTooLarge: {
    kind: 'refused',
    http: 422,
    meaning:
      'A source has too many columns, or a statement of the engine over the data needs more memory, time or disk than `data.limits` allows.',
    remedy: 'Make the data smaller, or raise `data.limits`: the message names the limit.',
  },
  SplitEmpty: {
    kind: 'refused',
    http: 422,
    meaning: 'A part of the split has no rows.',
    remedy: 'Change `split`, `asOf` or the data: the message says which part, and where the rows lie.',
  },
  ArtifactMissing: {
    kind: 'failed',
    http: 500,
    meaning: 'An object of the object store is gone.',
    remedy: 'Restore it from a backup, or run the step that made it again.',
  },
  ArtifactCorrupt: {
    kind: 'failed',
    http: 500,
    meaning: 'An object has another digest than it was stored with.',
    remedy: 'Restore the object from a backup.',
  },
  EnvironmentBroken: {
    kind: 'failed',
    http: 422,
    meaning: "The trainer's Python environment cannot be built from its lock file.",
    remedy: "Correct the lock file, or install Python: the message has pip's last lines.",
  },
  BackendNotConfigured: {
    kind: 'refused',
    http: 422,
    meaning: 'The spec names a job backend that the training pool is not connected to.',
    remedy:
      'Set the variables of this backend for the training workers, see docs/operating.md, or name another backend.',
  },
  BudgetNotConfigured: {
    kind: 'refused',
    http: 422,
    meaning:
      'The spec names a budget account that does not exist, or limits money where the price list has no price.',
    remedy: 'Make the account or set the price with `mainspring budget`.',
  },
  BudgetExhausted: {
    kind: 'refused',
    http: 409,
    meaning: 'The budget of a job is used up, and `onExhausted` is `fail`, or people refused to extend it.',
    remedy: 'Raise the limit with `mainspring budget set`, or ask for less; see docs/budgets.md.',
  },
  TrainerRefused: {
    kind: 'failed',
    http: 422,
    meaning: 'The trainer ended with 64, 65 or 78: it refuses its parameters, data or configuration.',
    remedy: 'Correct what the trainer names in its last lines.',
  },
  TrainerFailed: {
    kind: 'failed',
    http: 500,
    meaning: 'The trainer ended with an error of its own.',
    remedy:
      'Mend the trainer: the message has the last lines of its log. `training.retries.user` allows retries.',
    retriedBy: ['training.retries.user'],
  },
  TrainerContractViolated: {
    kind: 'failed',
    http: 500,
    meaning: 'The trainer ended with 0 and left no model, or no valid `result.json`.',
    remedy: 'Let the trainer write both before it ends; see docs/trainer.md.',
  },
  JobRefused: {
    kind: 'refused',
    http: 422,
    meaning:
      'The job backend will never take the job: a partition, account, limit or size that it does not have.',
    remedy: "Change the field that the message names: it has the backend's words.",
  },
  JobLost: {
    kind: 'failed',
    http: 500,
    meaning: 'A job ended without a result for reasons of the backend, and its retries are used up.',
    remedy: 'Look at the backend. A new run does not resume this one, but it shares its data.',
    retriedBy: ['training.retries.infrastructure', 'training.retries.preempted'],
  },
  JobTimedOut: {
    kind: 'failed',
    http: 504,
    meaning: 'All attempts of a job together took longer than `training.deadline`.',
    remedy: 'Raise the deadline, or train less.',
  },
  JobConflict: {
    kind: 'refused',
    http: 409,
    meaning: 'One intent was asked to mean two different jobs, or has a live attempt already.',
    remedy: 'Start a new run.',
  },
  OutOfMemory: {
    kind: 'failed',
    http: 500,
    meaning: 'A job was killed for its memory, and its retries are used up.',
    remedy:
      'Raise `training.resources.memory`, or allow retries with more by `training.retries.outOfMemory`.',
    retriedBy: ['training.retries.outOfMemory'],
  },
  NoViableTrial: {
    kind: 'failed',
    http: 500,
    meaning: 'Every trial of a study failed.',
    remedy: 'Mend the most frequent reason: the message lists them.',
  },
  ModelUnusable: {
    kind: 'refused',
    http: 422,
    meaning: 'The trained model is no ONNX model, or takes or gives something else than the engine knows.',
    remedy: 'Export `features` [n, width] as float32 to `probabilities` [n, 2]; see docs/trainer.md.',
  },
  ModelTooSlow: {
    kind: 'failed',
    http: 504,
    meaning: 'A model did not answer within its time limit; its process was ended.',
    remedy:
      'Look for a loop without an end in the model, also one that only some inputs enter; make the model smaller.',
  },
  EvaluationImpossible: {
    kind: 'refused',
    http: 422,
    meaning: 'The held-out test cannot judge: a column is missing, or all labels are equal.',
    remedy: 'Change the split, or the data: the message names the column.',
  },
  VoteRefused: {
    kind: 'refused',
    http: 409,
    meaning: 'A vote breaks a rule of its approval: role, owner, separation, evidence, second vote, closed.',
    remedy: 'See docs/approvals.md: the message names the rule.',
  },
  WarmUpFailed: {
    kind: 'failed',
    http: 500,
    meaning: 'A gateway could not reproduce the golden requests of the candidate, or not load it.',
    remedy:
      "Compare the model with its evaluation, and look into the gateway's log. The release is rolled back.",
  },
  ServingUnreachable: {
    kind: 'unreachable',
    http: 503,
    meaning: 'No gateway reported in time.',
    remedy: 'Start a gateway (`mainspring up`), and the lifecycle again.',
  },
  ChampionChanged: {
    kind: 'refused',
    http: 409,
    meaning:
      'Another version became the champion after the candidate was compared with the previous one, so the evidence does not cover it.',
    remedy: 'Start the lifecycle again: data and trials that did not change are not paid again.',
  },
  VersionConflict: {
    kind: 'refused',
    http: 409,
    meaning: 'Aliases or routes were moved by somebody else meanwhile.',
    remedy: 'Wait for the other release to end, and start again.',
  },
  WindowUnreadable: {
    kind: 'failed',
    http: 500,
    meaning: 'The request log of a window cannot be read.',
    remedy: 'Restore the objects that the message names. The monitor tries again with the next event.',
  },
  ValueRefused: {
    kind: 'refused',
    http: 422,
    meaning: 'A store cannot hold a value, or a record contradicts another one: no retry mends that.',
    remedy:
      'Correct the value that the message names. If it came from the engine itself, report it with the message.',
  },
  StoreRefused: {
    kind: 'failed',
    http: 500,
    meaning:
      'PostgreSQL, the object store or Temporal answers and refuses the engine: keys, rights, database, bucket or namespace.',
    remedy:
      'Correct the keys or rights of the workers (`mainspring doctor` checks every server), then start the run again.',
  },
  EngineFault: {
    kind: 'failed',
    http: 500,
    meaning: 'The engine made an error of its own, five times in a row: no retry mends that.',
    remedy: 'Report it with the message. After an upgrade reset the workflow, or start the run again.',
  },
  EndedByOperator: {
    kind: 'refused',
    http: 409,
    meaning: 'A person ended the run as failed with `mainspring fail`.',
    remedy: 'Ask the person that the message names; then start the run again.',
  },
  Failed: {
    kind: 'failed',
    http: 500,
    meaning: 'Something failed that has no type of its own.',
    remedy: 'If a server has just gone away, try again. `mainspring doctor` checks every server.',
  },
  Usage: {
    kind: 'usage',
    http: 400,
    meaning: 'A call or a command line is incomplete or wrong.',
    remedy: 'Correct the call: the message names the argument and what is allowed.',
  },
  Refused: {
    kind: 'refused',
    http: 409,
    meaning:
      'A rule says no: an invalid model file, a run id used twice, a step that its workflow does not take now.',
    remedy: 'See where the run is with `mainspring status`.',
  },
  NotFound: {
    kind: 'not-found',
    http: 404,
    meaning: 'No model, run, version, job or approval has this name.',
    remedy: 'List the runs with `mainspring list`.',
  },
  Unreachable: {
    kind: 'unreachable',
    http: 503,
    meaning: 'A server, or a worker, does not answer.',
    remedy: '`mainspring doctor` checks every server.',
  },
} as const satisfies Record<string, FailureEntry>;
