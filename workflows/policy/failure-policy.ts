import { isRefusal } from '../../contracts/exit-code.js';
import { FailureType } from '../../contracts/failures.js';
import type { JobOutcome } from '../../contracts/job-lease.js';
import type { Retries } from '../../contracts/spec/training.js';
import type { JobClass } from '../../contracts/training.js';

export type FailureDecision =
  | { kind: 'retry'; waitMs: number; memoryFactor: number }
  | { kind: 'giveUp'; type: FailureType; message: string; remedy: string };

/** Failure classes that share one retry budget. */
type Budget = keyof Retries;
const BUDGET: Partial<Record<JobClass, Budget>> = {
  infrastructure: 'infrastructure',
  lost: 'infrastructure',
  preempted: 'preempted',
  outOfMemory: 'outOfMemory',
  user: 'user',
};

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

const FAILURE: Record<Exclude<JobClass, 'succeeded'>, FailureType> = {
  infrastructure: FailureType.JobLost,
  preempted: FailureType.JobLost,
  lost: FailureType.JobLost,
  outOfMemory: FailureType.OutOfMemory,
  timedOut: FailureType.JobTimedOut,
  user: FailureType.TrainerFailed,
  contract: FailureType.TrainerContractViolated,
  cancelled: FailureType.JobLost,
};

const RESET = 'then reset this workflow, which resumes from the last checkpoint, or start a new run.';
const REMEDY: Record<Exclude<JobClass, 'succeeded'>, string> = {
  infrastructure: `Mend the machines or the object store, ${RESET}`,
  preempted: 'Ask for capacity that is not pre-empted, or raise training.retries.preempted.',
  lost: `Look at the job backend, ${RESET}`,
  outOfMemory:
    'Raise training.resources.memory, or training.retries.outOfMemory to let a retry ask for more.',
  timedOut: 'Raise training.deadline, or train less.',
  user: 'Mend the trainer.',
  contract: 'Let the trainer write model/model.onnx and output/result.json before it ends with exit code 0.',
  cancelled: `Somebody stopped the job outside Mainspring: ask them, ${RESET}`,
};
const REFUSED = 'Mend the parameters, the data or the configuration that the trainer names.';
const NOT_TAKEN = 'Change training.resources, training.placement or training.deadline of the model file.';
/**
 * True for a user error without an exit code: no trainer process ran, because the backend never accepts such a job.
 */
const isNotTaken = (outcome: JobOutcome): boolean => outcome.class === 'user' && outcome.exitCode === null;

/** The first line of a contract's violation says what, the second what to do: the wrapper knows both. */
const violationOf = ({ reason }: JobOutcome): { reason: string; remedy?: string } => {
  const [what = '', ...remedy] = reason.split('\n');
  return remedy.length > 0 ? { reason: what, remedy: remedy.join(' ') } : { reason };
};

const SHOWN_LINES = 12;
const wholeLog = (jobKey: string): string => `Its whole log: \`mainspring logs ${jobKey}\`.`;

function giveUp(
  outcome: JobOutcome,
  attempts: number,
  budget: number | undefined,
  intent: string,
): FailureDecision {
  const kind = outcome.class === 'succeeded' ? 'contract' : outcome.class;
  if (isNotTaken(outcome))
    return {
      kind: 'giveUp',
      type: FailureType.JobRefused,
      message: `${intent} was not taken (attempt ${attempts}): ${outcome.reason}`,
      remedy: NOT_TAKEN,
    };
  const refused = kind === 'user' && isRefusal(outcome.exitCode);
  const exit = outcome.exitCode === null ? '' : `, exit code ${outcome.exitCode}`;
  const spent = budget ? ` All ${budget} retries for this are used.` : '';
  const { reason, remedy = REMEDY[kind] } =
    kind === 'contract' ? violationOf(outcome) : { reason: outcome.reason };
  const log = outcome.logTail.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  return {
    kind: 'giveUp',
    type: refused ? FailureType.TrainerRefused : FAILURE[kind],
    message: [
      `${intent} failed (${refused ? 'refused by the trainer' : kind}${exit}, attempt ${attempts}): ${reason}`,
      ...(log ? [`Last lines of its log:\n${log}`] : []),
    ].join('\n'),
    remedy: `${refused ? REFUSED : remedy}${spent} ${wholeLog(outcome.jobKey)}`,
  };
}

/**
 * The next step after an attempt without a result. Infrastructure failures and pre-emptions are retried, each with its
 * own budget. Out-of-memory is retried with twice the memory. Errors that the trainer reports itself, and jobs that
 * the backend never accepts, are not retried.
 *
 * @param outcomes all attempts so far, oldest first
 */
export function decideOnFailure(outcomes: JobOutcome[], retries: Retries, intent: string): FailureDecision {
  const last = outcomes.at(-1);
  if (!last) return { kind: 'retry', waitMs: 0, memoryFactor: 1 };
  const budget = BUDGET[last.class];
  const allowed = budget === undefined || isRefusal(last.exitCode) || isNotTaken(last) ? 0 : retries[budget];
  const used = outcomes.filter((outcome) => budget !== undefined && BUDGET[outcome.class] === budget).length;
  if (used > allowed) return giveUp(last, outcomes.length, allowed, intent);
  if (allowed === 0) return giveUp(last, outcomes.length, undefined, intent);
  const grown = outcomes.filter((outcome) => outcome.class === 'outOfMemory').length;
  return {
    kind: 'retry',
    // The first retry is immediate: one failed process says little about the next.
    waitMs: used <= 1 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (used - 2), LONGEST_WAIT_MS),
    memoryFactor: 2 ** grown,
  };
}
