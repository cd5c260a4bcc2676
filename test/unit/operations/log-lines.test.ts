import { expect, it } from 'vitest';
import fc from 'fast-check';
import { lineCutter } from '../../../operations/lookup/log-lines.js';

it('cuts bytes into the same lines wherever the pieces end, and knows how many bytes wait for the end of a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(40)), (text, cuts) => {
      const bytes = Buffer.from(text);
      const cutter = lineCutter();
      const lines: string[] = [];
      let at = 0;
      for (const size of [...cuts, bytes.length]) {
        lines.push(...cutter.cut(bytes.subarray(at, at + size)));
        at = Math.min(bytes.length, at + size);
        const covered = at - cutter.pendingBytes();
        expect(covered === 0 || bytes[covered - 1] === 10).toBe(true);
      }
      lines.push(...cutter.end());
      const expected = bytes.toString().split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});
