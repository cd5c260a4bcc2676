import { expect, it } from 'vitest';
import { printable } from '../../../../client/output/printable.js';

it('a line keeps its colours, and a stranger can neither clear the screen nor move the cursor', () => {
  expect(printable('\u001b[32m✓\u001b[39m note: \u001b[2J\u001b[1A\u001b]0;title\u0007\rforged')).toBe(
    '\u001b[32m✓\u001b[39m note: \\u001b[2J\\u001b[1A\\u001b]0;title\\u0007\\u000dforged',
  );
});

it.each(['\u001b[8m', '\u001b[30;40m', '\u001b[38;5;0m', '\u001b[m', '\u001b[7m'])(
  '%j cannot hide a text',
  (style) => {
    expect(printable(`${style}rejected`)).toBe(`${style.replace('\u001b', '\\u001b')}rejected`);
  },
);
