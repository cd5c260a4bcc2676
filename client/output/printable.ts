import { visible } from '../../contracts/primitives/visible.js';

/** The colours and weights that `paint.ts` writes. Others could hide a text: concealed, or in the colour of its ground. */
const STYLE = /(\u001b\[(?:1|2|22|31|32|33|39)m)/;

/** A line as a terminal may get it. A name or a note of a stranger can colour it, but neither erase, hide nor forge anything. */
export const printable = (line: string): string =>
  line
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : visible(part)))
    .join('');
