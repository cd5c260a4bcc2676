import { ArtifactRef } from '../../contracts/artifacts.js';
import { MainspringError } from '../../operations/errors.js';
import { pathOf, wrongArgument } from '../arguments.js';
import type { ArtifactFiles } from '../transport.js';
import { withFiles } from '../disk/file-failure.js';
import { regularFile } from '../disk/regular-file.js';

/** `text/csv`, also with parameters: `text/csv; charset=utf-8`. It becomes a header of HTTP. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\x20-\x7e]*)?$/;

/**
 * Files of a transport that refuse what is no file or no reference before anything is asked. An error of the system
 * becomes a sentence with a remedy.
 */
export const checkedFiles = (files: ArtifactFiles): ArtifactFiles => ({
  put: async (path, mediaType) => {
    pathOf('the file to store', path);
    if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType))
      throw wrongArgument(
        'the media type',
        mediaType,
        'a media type such as text/csv',
        'Call it as artifacts.put(path, mediaType).',
      );
    await regularFile(path);
    return withFiles(() => files.put(path, mediaType));
  },
  fetch: async (ref) => {
    const { data, error } = ArtifactRef.safeParse(ref);
    if (data) return withFiles(() => files.fetch(data));
    const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
    throw new MainspringError(
      'usage',
      `this is no reference to an artifact: ${faults.join('; ')}`,
      'Pass a reference as an operation returned it: {uri, sha256, bytes, mediaType}.',
    );
  },
});
