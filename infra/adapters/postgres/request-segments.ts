import type { Kysely } from 'kysely';
import type { ArtifactRef } from '../../../contracts/artifacts.js';
import type { Database } from './schema.js';

/** The locations of the request log's segments. Idempotent by (model, digest). */
export const openSegmentStore = (db: Kysely<Database>) => ({
  register: async (segment: {
    model: string;
    artifact: ArtifactRef;
    rows: number;
    firstAt: Date;
    lastAt: Date;
  }): Promise<void> => {
    const { model, artifact, rows } = segment;
    await db
      .insertInto('request_segments')
      .values({
        model,
        sha256: artifact.sha256,
        uri: artifact.uri,
        bytes: artifact.bytes,
        media_type: artifact.mediaType,
        rows,
        first_at: segment.firstAt,
        last_at: segment.lastAt,
      })
      .onConflict((conflict) => conflict.columns(['model', 'sha256']).doNothing())
      .execute();
  },
});
