import { gzipSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { ArtifactStore } from '../../activities/ports/artifact-store.js';
import { MediaType } from '../../contracts/artifacts.js';
import type { RequestLogRow } from '../../contracts/request-log.js';
import type { Database } from '../../infra/adapters/postgres/schema.js';

/** Store rows as one segment, as the gateway does: gzipped NDJSON in S3, and a row in Postgres. */
export async function storeSegment(
  { db, artifacts }: { db: Kysely<Database>; artifacts: Pick<ArtifactStore, 'put'> },
  model: string,
  rows: readonly RequestLogRow[],
): Promise<void> {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await storeSegmentBytes(
    { db, artifacts },
    model,
    gzipSync(text),
    rows.map(({ event_time }) => event_time),
  );
}

export async function storeSegmentBytes(
  { db, artifacts }: { db: Kysely<Database>; artifacts: Pick<ArtifactStore, 'put'> },
  model: string,
  bytes: Uint8Array,
  eventTimes: readonly string[],
): Promise<void> {
  const stored = await artifacts.put(bytes, MediaType.ndjsonGzip);
  const times = eventTimes.toSorted();
  await db
    .insertInto('request_segments')
    .values({
      model,
      uri: stored.uri,
      sha256: stored.sha256,
      bytes: stored.bytes,
      media_type: stored.mediaType,
      rows: times.length,
      first_at: times[0] ?? '',
      last_at: times.at(-1) ?? '',
    })
    .execute();
}

export async function storeLabels(
  db: Kysely<Database>,
  model: string,
  labels: readonly { id: string; label: number }[],
): Promise<void> {
  if (labels.length === 0) return;
  await db
    .insertInto('labels')
    .values(labels.map(({ id, label }) => ({ model, inference_id: id, label, label_at: new Date() })))
    .execute();
}
