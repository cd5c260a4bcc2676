import { z } from 'zod';

/** A name that SQL accepts without quotes, for what the spec itself names, such as a source. */
export const Identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a letter or underscore, then letters, digits and underscores');

/** The name of a column, as the file or the SQL writes it: any letters, also blanks, but no control characters. */
export const ColumnName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'a name of at most 200 characters without control characters');
