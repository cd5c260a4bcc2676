/**
 * An exec-form command as one command line of `sh`. Between single quotes a POSIX shell takes every character
 * literally, so only the single quote needs escaping.
 *
 * @throws RangeError for a zero byte, which no argument of a process can contain
 */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => {
      if (word.includes('\0')) throw new RangeError(`a zero byte in ${JSON.stringify(word)}`);
      return `'${word.replaceAll("'", `'\\''`)}'`;
    })
    .join(' ');
}
