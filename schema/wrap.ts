const WIDTH = 120;

/** Text wrapped at 120 characters. The first line begins with `first`, the others with spaces of the same length. */
export function wrap(text: string, first = ''): string {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const isStart = line === first || line === indent;
    if (!isStart && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === first || line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** An item of a Markdown list. Items of depth 1 belong to the item of depth 0 above them. */
export const item = (text: string, depth = 0): string => wrap(text, `${'  '.repeat(depth)}- `);
