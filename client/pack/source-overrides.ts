import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { MainspringError } from '../../operations/errors.js';
import { fileFault } from '../disk/file-failure.js';
import { isRemote } from '../spec/files.js';

/** Why a file cannot be a source; undefined if it can. */
async function faultOf(file: string): Promise<string | undefined> {
  try {
    const info = await stat(file);
    return info.isFile() && info.size > 0 ? undefined : 'it is empty or no file';
  } catch (error) {
    const fault = fileFault(error);
    if (!fault) throw error;
    return fault.reason;
  }
}

/**
 * Check the files that replace declared sources. Paths are relative to the working directory.
 *
 * @throws MainspringError `usage` for a source that the spec does not declare, `refused` for a file that is missing
 * or empty
 */
export async function sourceOverrides(
  spec: ModelSpec,
  given: Record<string, string>,
): Promise<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [name, address] of Object.entries(given)) {
    if (!Object.hasOwn(spec.data.sources, name))
      throw new MainspringError(
        'usage',
        `the spec declares no source "${name}"`,
        `Its sources: ${Object.keys(spec.data.sources).join(', ')}.`,
      );
    const { objects } = spec.data.sources[name] ?? {};
    if (objects !== undefined)
      throw new MainspringError(
        'usage',
        `source "${name}" is read at every extract from ${objects}, so that no file replaces it`,
        'Change data.sources in the model file.',
      );
    const file = isRemote(address) ? address : resolve(address);
    const fault = isRemote(address) ? undefined : await faultOf(file);
    if (fault !== undefined)
      throw new MainspringError(
        'refused',
        `the file for source "${name}" cannot be used: ${fault}: ${file}`,
        'Name a file with rows, or leave the source out to use the declared one.',
      );
    checked[name] = file;
  }
  return checked;
}
