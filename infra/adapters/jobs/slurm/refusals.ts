/** Messages of Slurm's error table for jobs that it never accepts, each with a remedy for people. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /Invalid partition name|No partition specified|not permitted to use this partition/,
    'Name one that `sinfo -s` lists, and that the user of the training workers may use, in training.placement.slurm.partition',
  ],
  [
    /Invalid account|Access\/permission denied|Invalid user id/,
    'Name an account that may use the partition in training.placement.slurm.account (`sacctmgr show associations user=<user of the training workers>`)',
  ],
  [
    /Invalid qos|QOS usage threshold/i,
    'Name one that the account may use in training.placement.slurm.qos (`sacctmgr show qos`)',
  ],
  [
    /violates accounting\/QOS policy/,
    'Ask for less in training.resources or an earlier training.deadline, or name another training.placement.slurm.qos or .account: its limits are in `sacctmgr show qos` and `show associations`',
  ],
  [
    /Requested time limit is invalid/,
    'Set training.deadline so that it ends within the MaxTime of the partition (`scontrol show partition`), or name another in training.placement.slurm.partition',
  ],
  [
    /Node count specification invalid|Requested nodes not in this partition/,
    'Set training.resources.nodes to what the partition allows (MaxNodes in `scontrol show partition`), or name another in training.placement.slurm.partition',
  ],
  [
    /Invalid feature specification/,
    'Name features that nodes have (`sinfo -o "%N %f"`) in training.placement.slurm.constraint',
  ],
  [
    /\bgres\b|Trackable RESource/i,
    'Set training.resources.gpus and gpuType to what nodes have (`sinfo -o "%N %G"`)',
  ],
  [
    /Requested node configuration is not available|processors|(CPU|Task) count specification invalid|Memory (specification|required)/,
    'No node of the partition has this much: lower training.resources, or name another training.placement.slurm.partition (`sinfo -o "%P %D %c %m %G"`)',
  ],
];

/** Among the limits that a policy can name, only the number of waiting and running jobs changes with time. */
const POLICY = /violates accounting\/QOS policy/;
const NAMES_LIMIT = /\b(QOS|Assoc)\w+/;
const COUNTS_JOBS = /SubmitJob/;

/** Messages that do not concern the job: it may have been accepted, or may be accepted later. */
const PASSING =
  /unable to contact|unable to resolve|resolve_ctls|configuration source|connection|timed out|time-out|zero bytes|standby|communication|shutting|temporar|try again|authentic|munge|credential|incompatible versions|unexpected message|can't be reached|talking to database|inactive or drain|down, drained|not available now|presently disabled|job queue full|I\/O error writing/i;

const FAILED = 'Batch job submission failed: ';
const GENERAL = 'Change what the model file asks of Slurm, or ask the administrators of the cluster';

/**
 * The remedy if sbatch failed because Slurm will never accept this job.
 *
 * @returns null if that is not certain
 */
export function remedyFor(stderr: string): string | null {
  const verdict = stderr.split(FAILED).at(-1) ?? '';
  if (POLICY.test(verdict) && (COUNTS_JOBS.test(stderr) || !NAMES_LIMIT.test(stderr))) return null;
  const known = REMEDIES.find(([words]) => words.test(verdict));
  if (known) return known[1];
  return PASSING.test(stderr) ? null : GENERAL;
}

/** Number of last lines shown, because the reason often precedes the final message. The program's name is removed. */
const SHOWN_LINES = 3;

export const wordsOf = (stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => line.trim().replace(/^sbatch: (error: )?/, ''))
    .filter(Boolean)
    .slice(-SHOWN_LINES)
    .join('; ');
