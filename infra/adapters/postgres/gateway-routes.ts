import type { Kysely } from 'kysely';
import { RouteTable } from '../../../contracts/release.js';
import type { Database } from './schema.js';

/** Desired routes of all models, as gateways follow them. */
export const openRouteSource = (db: Kysely<Database>) => ({
  current: async (): Promise<RouteTable[]> => {
    const rows = await db.selectFrom('routes').select('table').where('valid_to', 'is', null).execute();
    return rows.map((row) => RouteTable.parse(row.table));
  },
});
