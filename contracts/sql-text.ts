/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column or view name as SQL takes it, whatever characters it holds. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An RFC 3339 instant as a TIMESTAMP in UTC. */
export const timestamp = (instant: string): string =>
  `TIMESTAMP ${literal(instant.replace('T', ' ').replace('Z', ''))}`;
