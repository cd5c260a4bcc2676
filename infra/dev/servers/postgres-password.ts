import pg from 'pg';

/** SQLSTATE of a password that is not the user's. */
const WRONG_PASSWORD = '28P01';
export const isWrongPassword = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === WRONG_PASSWORD;

/**
 * Gives the user of an address a new password.
 *
 * @throws Error with the remedy if the password in the address is wrong too
 */
export async function replacePassword(address: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const user = client.escapeIdentifier(new URL(address).username);
    await client.query(`alter role ${user} password ${client.escapeLiteral(password)}`);
  } catch (error) {
    if (!isWrongPassword(error)) throw error;
    throw new Error(
      'PostgreSQL has neither the password in keys.json nor that of an earlier version: restore keys.json of this data ' +
        'directory from a backup, or write the password that it has into keys.json',
      { cause: error },
    );
  } finally {
    await client.end();
  }
}
