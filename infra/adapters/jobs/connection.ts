import type { z } from 'zod';

/**
 * How one job backend is configured: the environment variables, and the connection that they describe. Modules of
 * connections import no vendor, because every process reads the configuration.
 */
export interface ConnectionKind<Variables extends z.ZodRawShape, Connection> {
  /** Environment variables with their allowed values and defaults. */
  variables: Variables;
  /** Variables whose value no message may show. */
  secrets: readonly (keyof Variables & string)[];
  /** The connection that the variables describe; null if the installation is not connected. */
  read: (values: z.output<z.ZodObject<Variables>>) => Connection | null;
}

/** Declare how a backend is configured. */
export const defineConnection = <Variables extends z.ZodRawShape, Connection>(
  kind: ConnectionKind<Variables, Connection>,
): ConnectionKind<Variables, Connection> => kind;
