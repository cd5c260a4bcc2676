import type { JobRequest } from '../../../../activities/ports/job-backend.js';
import { ExitCode } from '../../../../contracts/exit-code.js';
import { bytesOf } from '../../../../contracts/primitives/size.js';
import { shellWords } from '../shell-words.js';

/** Time after the trainer's grace in which the wrapper uploads the last checkpoint. */
const UPLOAD_SECONDS = 10;
/** Slurm rounds time limits up to minutes, and may send a signal a minute early. */
const ROUNDING_MINUTES = 2;

export const commentOf = ({ engineId, jobDigest }: Pick<JobRequest, 'engineId' | 'jobDigest'>): string =>
  `${engineId}:${jobDigest}`;

/**
 * Engine id and job digest in a comment. For a comment in another format the engine id is empty and matches no
 * engine.
 */
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
  // The wrapper enforces the deadline. This limit applies if the wrapper fails to.
  const leftSeconds = Math.max(0, (Date.parse(order.deadline) - now) / 1000);
  const minutes = Math.ceil((leftSeconds + graceSeconds) / 60) + ROUNDING_MINUTES;
  const { partition, account, qos, constraint } = placement.slurm ?? {};
  return [
    '--parsable',
    `--job-name=${jobKey}`,
    `--comment=${commentOf(request)}`,
    // One native job is one attempt, and two jobs of one name never run together.
    '--no-requeue',
    '--dependency=singleton',
    `--nodes=${nodes}`,
    '--ntasks-per-node=1',
    `--cpus-per-task=${cpus}`,
    `--mem=${Math.ceil(bytesOf(memory) / 2 ** 20)}M`,
    ...(gpus > 0 ? [`--gres=gpu:${gpuType === undefined ? '' : `${gpuType}:`}${gpus}`] : []),
    `--time=${minutes}`,
    // With several machines every wrapper gets the signal directly.
    `--signal=${nodes > 1 ? '' : 'B:'}TERM@${graceSeconds}`,
    `--chdir=${cwd}`,
    `--output=${log}`,
    '--open-mode=append',
    // Pass the environment of sbatch, which was built for the job. NONE and NIL would start a login shell on the
    // node.
    '--export=ALL',
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(qos === undefined ? [] : [`--qos=${qos}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
  ];
}

/**
 * The batch script. It uses `exec`, so that signals and the exit code are the wrapper's. With several machines,
 * srun starts one wrapper on each and returns the highest of their exit codes.
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

/**
 * A wrapper that dies without an exit record ends all. Each wrapper writes its own log, because srun would mix
 * them.
 */
const onEach = (command: readonly string[], nodes: number, cpus: number): string[] => [
  // Slurm signals the wrappers directly. srun ignores the signal, because it would kill them at once.
  `trap '' TERM USR1`,
  'export MAINSPRING_GANG="slurm-$SLURM_JOB_ID"',
  [
    `exec srun --nodes=${nodes} --ntasks=${nodes} --ntasks-per-node=1 --cpus-per-task=${cpus} --mpi=none`,
    '--kill-on-bad-exit=1 --output=none --error=none /bin/sh -c',
    `'export MAINSPRING_RANK="$SLURM_PROCID" MASTER_ADDR="$SLURM_LAUNCH_NODE_IPADDR"; exec "$@"' wrapper`,
    shellWords(command),
  ].join(' '),
];
