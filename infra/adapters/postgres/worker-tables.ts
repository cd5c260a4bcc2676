import type { ColumnType, Generated } from 'kysely';

/** Tables of migrations 0006 and 0007. */
export interface WorkerTables {
  store_mark: { epoch: number; at: ColumnType<Date, string, string>; only_row: Generated<boolean> };
  workers: {
    id: string;
    pool: string;
    host: string;
    pid: number;
    version: string;
    state: string;
    ahead_ms: number | null;
    started_at: Generated<Date>;
    seen_at: Generated<Date>;
  };
}
