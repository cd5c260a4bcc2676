import type { JobRequest } from '../../../activities/ports/job-backend.js';
import { ExitCode } from '../../../contracts/exit-code.js';
import { bytesOf } from '../../../contracts/spec/units.js';
import { shellWords } from './shell-words.js';

/** After its trainer's grace the wrapper uploads the last checkpoint. */
const UPLOAD_SECONDS = 10;
/** Slurm rounds time limits up to minutes, and sends a signal up to a minute early. */
const ROUNDING_MINUTES = 2;

export const commentOf = ({ engineId, jobDigest }: Pick<JobRequest, 'engineId' | 'jobDigest'>): string =>
  `${engineId}:${jobDigest}`;

/** Of a comment that is not ours, an engine id that nobody has. */
export function labelsOf(comment: string): { engineId: string; jobDigest: string } {
  const at = comment.lastIndexOf(':');
  return { engineId: comment.slice(0, Math.max(at, 0)), jobDigest: comment.slice(at + 1) };
}

/** Arguments of sbatch for an attempt. */
export function sbatchArguments(
  request: JobRequest,
  { log, cwd, now }: { log: string; cwd: string; now: number },
): string[] {
  const { jobKey, placement, order } = request;
  const { cpus, gpus, gpuType, memory, nodes } = order.resources;
  const graceSeconds = Math.ceil(order.timing.graceMs / 1000) + UPLOAD_SECONDS;
  // The wrapper keeps the deadline; this is for when it cannot.
  const leftSeconds = Math.max(0, (Date.parse(order.deadline) - now) / 1000);
  const minutes = Math.ceil((leftSeconds + graceSeconds) / 60) + ROUNDING_MINUTES;
  const { partition, account, qos, constraint } = placement.slurm ?? {};
  return [
    '--parsable',
    `--job-name=${jobKey}`,
    `--comment=${commentOf(request)}`,
    // One native job is one attempt, and two of one name never run together.
    '--no-requeue',
    '--dependency=singleton',
    `--nodes=${nodes}`,
    '--ntasks-per-node=1',
    `--cpus-per-task=${cpus}`,
    `--mem=${Math.ceil(bytesOf(memory) / 2 ** 20)}M`,
    ...(gpus > 0 ? [`--gres=gpu:${gpuType === undefined ? '' : `${gpuType}:`}${gpus}`] : []),
    `--time=${minutes}`,
    // Of several machines each wrapper is told by itself.
    `--signal=${nodes > 1 ? '' : 'B:'}TERM@${graceSeconds}`,
    `--chdir=${cwd}`,
    `--output=${log}`,
    '--open-mode=append',
    // The environment of sbatch, which is made for the job. NONE and NIL would start a login shell on the node.
    '--export=ALL',
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
  ];
}

/**
 * The batch script. `exec`, so that signals and the exit code are the wrapper's; with several machines it is srun that
 * starts one wrapper on each, and whose exit code is the highest of theirs.
 */
export function batchScript(
  command: readonly [string, ...string[]],
  folder: string,
  { nodes, cpus }: Pick<JobRequest['order']['resources'], 'nodes' | 'cpus'>,
): string {
  const check = (test: string, what: string): string =>
    `${test} || { echo ${shellWords([`[mainspring] ${what}`])} "$(hostname)" >&2; exit ${ExitCode.infrastructure}; }`;
  return [
    '#!/bin/sh',
    check(
      `[ -r ${shellWords([`${folder}/order.json`])} ]`,
      `${folder} is not the job's folder (MAINSPRING_JOBS_DIR must be the same disk on all nodes) on`,
    ),
    check(
      `[ -x ${shellWords([command[0]])} ]`,
      `${command[0]} is not there (Node must be at the same path on all nodes) on`,
    ),
    ...(nodes === 1 ? [`exec ${shellWords(command)}`] : onEach(command, nodes, cpus)),
    '',
  ].join('\n');
}

/** A wrapper that dies without a word ends all; each writes its own log, which srun would mix. */
const onEach = (command: readonly string[], nodes: number, cpus: number): string[] => [
  // Slurm tells the wrappers; srun would kill them at the first signal.
  `trap '' TERM USR1`,
  'export MAINSPRING_GANG="slurm-$SLURM_JOB_ID"',
  [
    `exec srun --nodes=${nodes} --ntasks=${nodes} --ntasks-per-node=1 --cpus-per-task=${cpus} --mpi=none`,
    '--kill-on-bad-exit=1 --output=none --error=none /bin/sh -c',
    `'export MAINSPRING_RANK="$SLURM_PROCID" MASTER_ADDR="$SLURM_LAUNCH_NODE_IPADDR"; exec "$@"' wrapper`,
    shellWords(command),
  ].join(' '),
];
