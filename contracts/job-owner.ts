/** Label of the jobs of earlier versions whose installation was given no engine id. */
const UNNAMED = 'local';

/** True for a job key without the mark of an installation: earlier versions gave such keys. */
export const isUnmarked = (jobKey: string): boolean => /^ms-[a-z2-7]+-a\d+$/.test(jobKey);

/**
 * True if a job, process or folder is this installation's: it carries its engine id. One of an earlier version may
 * carry the label of an unnamed installation instead. Whoever asks has found its key in this installation's database.
 */
export const isOurs = (found: { jobKey: string; engineId: string | undefined }, engineId: string): boolean =>
  found.engineId === engineId || (found.engineId === UNNAMED && isUnmarked(found.jobKey));
