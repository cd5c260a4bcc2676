import { describe, expect, it } from 'vitest';
import { DataCheck } from '../../../contracts/checks/data-check.js';
import { kindOf } from '../../../contracts/checks/kind-of.js';
import { ColumnName } from '../../../contracts/units.js';

describe('the name of a column', () => {
  it.each(['Flight Date', 'Größe', 'a "b" c', "it's", 'select', 'a.b', '7', '日付', '😀', ' x '])(
    'may be %s',
    (name) => {
      expect(ColumnName.parse(name)).toBe(name);
    },
  );

  it.each([
    ['empty', ''],
    ['of two lines', 'a\nb'],
    ['with a NUL', 'a\0b'],
    ['with half a character', 'a\ud800'],
    ['with a terminal code', 'a\u001b[31m'],
    ['of 201 characters', 'x'.repeat(201)],
  ])('may not be %s', (_what, name) => {
    expect(ColumnName.safeParse(name).success).toBe(false);
  });

  it('may hold dots and blanks where a check refers to it, as the source may not', () => {
    const check = DataCheck.parse({ references: { column: 'my key', to: 'places.code. name' } });
    const kind = kindOf(check);
    const [rule] = kind.scope === 'row' ? kind.rules(check, 'rides', {}) : [];
    expect(rule?.reference).toEqual({ source: 'places', column: 'code. name' });
    expect(DataCheck.safeParse({ references: { column: 'x', to: 'my places.code' } }).success).toBe(false);
  });
});
