import { describe, expect, it } from 'vitest';
import { filesLike, read, rowsOf } from './pages.js';

const page = read('docs/concepts.md');

/** A word that a table row defines: it stands in bold type in the first cell. */
const definedIn = (text: string): string[] =>
  rowsOf(text).flatMap(([first = '']) => /^\*\*(.+)\*\*$/.exec(first)?.[1] ?? []);

const words = definedIn(page);

describe('docs/concepts.md', () => {
  it('defines each word once', () => {
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
    expect(words.length).toBeGreaterThan(80);
  });

  it.each(
    'intent, attempt, claim, head, beat, fence, study, trial, rung, gate, arm, generation, evidence'.split(
      ', ',
    ),
  )('defines "%s"', (word) => {
    expect(words).toContain(word);
  });

  it('defines a word in whole sentences', () => {
    for (const [word, meaning = ''] of rowsOf(page).filter(([first]) => first?.startsWith('**')))
      expect(meaning, word).toMatch(/^[A-Z].*\.$/);
  });

  it('shows only defined words in its picture', () => {
    const picture = /```mermaid\n([^]*?)```/.exec(page)?.[1] ?? '';
    const shown = new Set(
      picture.split('\n').flatMap((line) => {
        const nodes = line.replaceAll(/\|[^|]*\|/g, '').split('-->');
        return nodes.length < 2 ? [] : nodes.map((node) => /\["(.+)"\]/.exec(node)?.[1] ?? node.trim());
      }),
    );
    expect(shown.size).toBeGreaterThan(20);
    for (const word of shown) expect(words).toContain(word);
  });

  it.each(filesLike('*.md').filter((path) => path !== 'docs/concepts.md'))(
    '%s defines none of its words',
    (path) => {
      expect(definedIn(read(path)).filter((word) => words.includes(word))).toEqual([]);
    },
  );
});
