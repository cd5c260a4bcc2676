/** Objects of an attempt's checkpoints. They are apart from all other objects, so that they can be removed. */
export const checkpointPrefix = (jobKey: string): string => `checkpoints/${jobKey}/`;

/** Key of a file of a checkpoint, or of its manifest, by its SHA-256. */
export const checkpointKey = (jobKey: string, digest: string): string =>
  `${checkpointPrefix(jobKey)}${digest}`;
