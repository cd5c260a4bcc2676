import type { Started } from '../../operations/lifecycles/start.js';
import type { Library } from '../library.js';
import { packSpec } from '../pack/pack-spec.js';
import { sourceOverrides } from '../pack/source-overrides.js';
import { specOrRefuse } from '../spec/check.js';
import type { ArtifactFiles } from '../transport.js';

export interface StartOptions {
  /**
   * Name of the person who starts the lifecycle. With `approval.separation` this person may not vote. Default: the
   * caller.
   */
  by?: string | undefined;
  reason?: string | undefined;
  /** The lifecycle uses only data from before this instant of event time, e.g. `2001-02-01`. Default: now. */
  asOf?: string | undefined;
  /** Run id, unique within the model. Default: made from asOf. */
  run?: string | undefined;
  /** Files or `s3://` addresses that take the place of declared sources, by name. */
  sources?: Record<string, string> | undefined;
}

/**
 * Check a model file, make it self-contained, record it and start a lifecycle. A faulty file is refused before
 * anything is uploaded. Uploads before a failure do no harm, because they are content-addressed.
 *
 * @throws MainspringError `refused`, `not-found`, `unreachable`
 */
export async function startFile(
  library: Library,
  files: ArtifactFiles,
  modelFile: string,
  { sources = {}, reason, ...options }: StartOptions = {},
): Promise<Started> {
  const spec = await specOrRefuse(modelFile);
  const overrides = await sourceOverrides(spec, sources);
  const { run, asOf } = await library.lifecycles.prepare({ spec, ...options });
  const packed = await packSpec(modelFile, spec, { files, copy: library.artifacts.copy }, overrides);
  return library.lifecycles.start({ packed, ...options, run, asOf, reason });
}
