import { describe, expect, it } from 'vitest';
import { filesLike, read } from './pages.js';

const LONGEST = 129;

/** Lines that are too long. A table row and a line that only holds an address cannot be wrapped. */
const tooLong = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.length > LONGEST && !line.startsWith('|') && !/^\s*\S*https?:\/\/\S+$/.test(line));

describe('text', () => {
  it.each(filesLike('*.md'))('%s has no line of 130 characters', (path) => {
    expect(tooLong(read(path))).toEqual([]);
  });

  it('a long line is found, and a long table row is not', () => {
    const long = 'word '.repeat(30).trim();
    expect(tooLong(`${long}\n| ${long} |\nhttps://example.org/${'a'.repeat(130)}`)).toEqual([long]);
  });

  it('no file refers to a document that is not in the repository', () => {
    const foreign = new RegExp(
      ['DESI' + 'GN', 'style' + '\\.md', 'checklist' + '\\.md', 'shared' + '/design'].join('|'),
    );
    const files = filesLike('*.ts', '*.js', '*.mjs', '*.md', '*.yaml', '*.py', '*.sh');
    expect(files.filter((path) => foreign.test(read(path)))).toEqual([]);
  });
});
