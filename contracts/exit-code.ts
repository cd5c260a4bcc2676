/**
 * Exit codes of trainer/v1 with a meaning for the engine. Any other code from 1 to 127 is the trainer's own error.
 */
export const ExitCode = {
  ok: 0,
  badParameters: 64,
  badData: 65,
  infrastructure: 69,
  /** The trainer was pre-empted and has written its checkpoint. */
  preempted: 75,
  badConfiguration: 78,
  /** Another copy owns this job. */
  fenced: 79,
} as const;

/** True for exit codes by which a trainer says that the same input will always fail. */
export const isRefusal = (code: number | null): boolean =>
  code === ExitCode.badParameters || code === ExitCode.badData || code === ExitCode.badConfiguration;
