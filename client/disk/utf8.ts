import { isUtf8 } from 'node:buffer';

/** The first line that is no UTF-8, counted from 1; undefined if all of the text is. */
export function lineOutsideUtf8(text: Buffer): number | undefined {
  if (isUtf8(text)) return undefined;
  // The byte of a line break is never a part of another character.
  for (let line = 1, from = 0; ; line += 1) {
    const end = text.indexOf(10, from);
    if (end < 0 || !isUtf8(text.subarray(from, end))) return line;
    from = end + 1;
  }
}
