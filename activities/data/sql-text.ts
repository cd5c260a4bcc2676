/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column or view name as SQL takes it, whatever it holds. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An RFC 3339 instant as a TIMESTAMP in UTC. */
export const timestamp = (instant: string): string =>
  `TIMESTAMP ${literal(instant.replace('T', ' ').replace('Z', ''))}`;

export const parquet = (path: string): string => `read_parquet(${literal(path)})`;

/** Write rows so that equal rows give equal bytes, whatever the threads did: `select` must end in a total order. */
export const copyTo = (path: string, select: string): string =>
  `COPY (${select}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`;
