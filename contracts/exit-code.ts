/** Exit codes of trainer/v1 that mean something to the engine; every other 1–127 is the trainer's own error. */
export const ExitCode = {
  ok: 0,
  badParameters: 64,
  badData: 65,
  infrastructure: 69,
  /** Pre-empted, with its checkpoint written. */
  preempted: 75,
  badConfiguration: 78,
  /** Another copy owns this job. */
  fenced: 79,
} as const;

/** Codes by which a trainer says that the same input will never work. */
export const isRefusal = (code: number | null): boolean =>
  code === ExitCode.badParameters || code === ExitCode.badData || code === ExitCode.badConfiguration;
