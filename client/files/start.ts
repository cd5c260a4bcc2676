import { type Started, start } from '../../operations/lifecycles/start.js';
import { isFields, optionsOf, pathOf, wrongArgument } from '../arguments.js';
import type { Library } from '../library.js';
import { packSpec } from '../pack/pack-spec.js';
import { sourceOverrides } from '../pack/source-overrides.js';
import { specOrRefuse } from '../spec/check.js';
import type { ArtifactFiles } from '../transport.js';
import { withFiles } from '../disk/file-failure.js';

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

const FIELDS = ['by', 'reason', 'asOf', 'run', 'sources'];

/** @throws MainspringError `usage` for anything else than a map of texts */
function sourcesOf(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  const allowed = 'an object with a file or an s3:// address for each source';
  const example = "For example: { sources: { flights: 'sample.parquet' } }.";
  if (!isFields(value)) throw wrongArgument('sources', value, allowed, example);
  for (const [name, file] of Object.entries(value))
    if (typeof file !== 'string' || file === '')
      throw wrongArgument(`sources.${name}`, file, 'a file or an s3:// address', example);
  return value as Record<string, string>;
}

/** @throws MainspringError `usage`, before the upload: only the start itself, after it, takes a reason */
function refuseBadReason(reason: unknown): void {
  const { error } = start.input.shape.reason.safeParse(reason);
  if (error)
    throw wrongArgument('reason', reason, error.issues[0]?.message ?? 'text', 'Say why, in a sentence.');
}

/**
 * Check a model file, make it self-contained, record it and start a lifecycle. A faulty file is refused before
 * anything is uploaded. Uploads before a failure do no harm, because they are content-addressed.
 *
 * @throws MainspringError `usage`, `refused`, `not-found`, `unreachable`
 */
export async function startFile(
  library: Library,
  files: ArtifactFiles,
  modelFile: string,
  given?: StartOptions,
): Promise<Started> {
  pathOf('the model file', modelFile);
  const { sources, reason, ...options } = optionsOf('lifecycles.start', given, FIELDS) as StartOptions;
  const replaced = sourcesOf(sources);
  refuseBadReason(reason);
  return withFiles(async () => {
    const spec = await specOrRefuse(modelFile);
    const overrides = await sourceOverrides(spec, replaced);
    const { run, asOf } = await library.lifecycles.prepare({ spec, ...options });
    const packed = await packSpec(modelFile, spec, { files, copy: library.artifacts.copy }, overrides);
    return library.lifecycles.start({ packed, ...options, run, asOf, reason });
  });
}
