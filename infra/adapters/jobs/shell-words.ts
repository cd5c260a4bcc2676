/**
 * One command line of `sh` for an exec-form command. Between single quotes a POSIX shell takes every character as it is,
 * so a single quote is the only one that needs care.
 *
 * @throws RangeError for a zero byte, which no argument of a process can have
 */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => {
      if (word.includes('\0')) throw new RangeError(`a zero byte in ${JSON.stringify(word)}`);
      return `'${word.replaceAll("'", `'\\''`)}'`;
    })
    .join(' ');
}
