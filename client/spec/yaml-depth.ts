import { CST, Lexer } from 'yaml';

/** A model file opens fewer than ten brackets at once, and indents by fewer than 40 columns. */
const MAX_OPEN = 64;
const MAX_COLUMNS = 128;

/** Lexemes before which a line is still at its indent. `- - x` nests as deep as an indented text does. */
const INDENTS = new Set<string | null>(['space', 'seq-item-ind', 'explicit-key-ind']);
const OPENS = new Set<string | null>(['flow-map-start', 'flow-seq-start']);
const CLOSES = new Set<string | null>(['flow-map-end', 'flow-seq-end']);

/** Marks of the lexer, which are no part of the text. */
const MARKS = new Set<string>([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

/**
 * Why a YAML text is nested too deep to be parsed, and at which offset; undefined if it is not. The parser calls itself
 * for each level, so that a text of some kilobytes would end the process.
 */
export function depthFault(text: string): { offset: number; fault: string } | undefined {
  let offset = 0;
  let open = 0;
  let columns = 0;
  let isIndent = true;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type = isScalar ? null : CST.tokenType(lexeme);
    isScalar = lexeme === CST.SCALAR;
    if (MARKS.has(lexeme)) continue;
    if (OPENS.has(type)) open += 1;
    if (CLOSES.has(type)) open = Math.max(0, open - 1);
    if (isIndent && INDENTS.has(type)) columns += lexeme.length;
    else {
      // A text of several lines ends with the line break before the next line.
      isIndent = lexeme.endsWith('\n');
      columns = 0;
    }
    if (open > MAX_OPEN) return { offset, fault: `more than ${MAX_OPEN} brackets are open here` };
    if (columns > MAX_COLUMNS)
      return { offset, fault: `a line is indented by more than ${MAX_COLUMNS} columns here` };
    offset += lexeme.length;
  }
  return undefined;
}
