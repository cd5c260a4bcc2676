import { MainspringError } from '../../operations/errors.js';

/**
 * The values of an option that is given once for each key, such as `--source flights=sample.parquet`. A value may have
 * further equals signs.
 *
 * @param form how people write it, e.g. `NAME=FILE`
 * @throws MainspringError `usage` for a text of another form, and for a key that comes twice
 */
export function keyValues(
  option: string,
  given: readonly string[],
  form: string,
  example: string,
): [key: string, value: string][] {
  const found = new Map<string, string>();
  for (const text of given) {
    const at = text.indexOf('=');
    const [key, value] = [text.slice(0, at), text.slice(at + 1)];
    if (at <= 0 || value === '')
      throw new MainspringError(
        'usage',
        `--${option} is ${JSON.stringify(text)}, allowed: ${form}`,
        `For example: --${option} ${example}`,
      );
    const other = found.get(key);
    if (other !== undefined)
      throw new MainspringError(
        'usage',
        `--${option} names ${JSON.stringify(key)} twice: ${JSON.stringify(other)} and ${JSON.stringify(value)}`,
        'Keep one of the two.',
      );
    found.set(key, value);
  }
  return [...found];
}
