import { ArtifactRef } from '../../contracts/artifacts.js';
import { MainspringError } from '../../operations/errors.js';
import type { ArtifactFiles } from '../transport.js';

/** Files of a transport that refuse what is no reference before anything is asked. */
export const checkedFiles = (files: ArtifactFiles): ArtifactFiles => ({
  ...files,
  fetch: async (ref) => {
    const { data, error } = ArtifactRef.safeParse(ref);
    if (data) return files.fetch(data);
    const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
    throw new MainspringError(
      'usage',
      `this is no reference to an artifact: ${faults.join('; ')}`,
      'Pass a reference as an operation returned it: {uri, sha256, bytes, mediaType}.',
    );
  },
});
