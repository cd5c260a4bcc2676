import { literal } from '../../contracts/sql-text.js';

/** FROM clause of a Parquet file. */
export const parquet = (path: string): string => `read_parquet(${literal(path)})`;

/**
 * Statement that writes the rows of `select` to a Parquet file. Equal rows give equal bytes if `select` ends in a
 * total order.
 */
export const copyTo = (path: string, select: string): string =>
  `COPY (${select}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`;
