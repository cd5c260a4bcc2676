import type { Snapshots } from '../../contracts/data.js';
import type { ArtifactStore } from '../ports/artifact-store.js';

/** Fetch all snapshots. Returns the read-only local path of each, by the name of its source. */
export async function fetchAll(
  artifacts: ArtifactStore,
  snapshots: Snapshots,
): Promise<Record<string, string>> {
  const paths = Object.entries(snapshots).map(
    async ([name, table]) => [name, await artifacts.fetch(table.artifact)] as const,
  );
  return Object.fromEntries(await Promise.all(paths));
}

/** The digest of each snapshot, for the key of a remembered step. */
export const digestsOf = (snapshots: Snapshots): Record<string, string> =>
  Object.fromEntries(Object.entries(snapshots).map(([name, { artifact }]) => [name, artifact.sha256]));
