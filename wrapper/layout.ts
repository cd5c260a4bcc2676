import { join } from 'node:path';

/** Folders and files of trainer/v1 below its base. */
export function layoutOf(directory: string) {
  const base = join(directory, 'ml');
  return {
    base,
    code: join(directory, 'code'),
    config: join(base, 'input/config'),
    data: join(base, 'input/data'),
    checkpoints: join(base, 'checkpoints'),
    model: join(base, 'model'),
    output: join(base, 'output'),
    progress: join(base, 'output/progress.ndjson'),
    result: join(base, 'output/result.json'),
    failure: join(base, 'output/failure'),
  };
}
export type Layout = ReturnType<typeof layoutOf>;
