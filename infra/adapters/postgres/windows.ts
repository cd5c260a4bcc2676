import { type Kysely, sql } from 'kysely';
import type { WindowStore } from '../../../activities/ports/windows.js';
import { WindowResult } from '../../../contracts/monitor.js';
import type { Database } from './schema.js';

export function openWindowStore(db: Kysely<Database>): WindowStore {
  const find = async (model: string, from: string): Promise<WindowResult | undefined> => {
    const row = await db
      .selectFrom('windows')
      .select('result')
      .where('model', '=', model)
      .where('window_from', '=', new Date(from))
      .executeTakeFirst();
    return row && WindowResult.parse(row.result);
  };

  return {
    segments: async (model, { from, to }) => {
      const rows = await db
        .selectFrom('request_segments')
        .select(['uri', 'sha256', 'bytes', 'media_type', 'rows'])
        .where('model', '=', model)
        .where('first_at', '<', new Date(to))
        .where('last_at', '>=', new Date(from))
        .orderBy('first_at')
        .orderBy('sha256')
        .execute();
      return rows.map(({ media_type: mediaType, ...segment }) => ({ ...segment, mediaType }));
    },

    labels: async (model, inferenceIds) => {
      if (inferenceIds.length === 0) return new Map();
      const rows = await db
        .selectFrom('labels')
        .select(['inference_id', 'label'])
        .where('model', '=', model)
        .where('inference_id', '=', sql<string>`any(${[...inferenceIds]}::text[])`)
        .execute();
      return new Map(rows.map((row) => [row.inference_id, row.label]));
    },

    find,

    record: async (result) => {
      await db
        .insertInto('windows')
        .values({
          model: result.model,
          window_from: result.window.from,
          window_to: result.window.to,
          version: result.version,
          result: JSON.stringify(result),
        })
        .onConflict((conflict) => conflict.columns(['model', 'window_from']).doNothing())
        .execute();
      return (await find(result.model, result.window.from)) ?? result;
    },

    newest: async (model, limit) => {
      const rows = await db
        .selectFrom('windows')
        .select('result')
        .where('model', '=', model)
        .orderBy('window_from', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => WindowResult.parse(row.result));
    },
  };
}
