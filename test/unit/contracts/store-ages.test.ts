import { describe, expect, it } from 'vitest';
import { type StoreMarks, ageRemedy, judgeAges } from '../../../contracts/store-ages.js';

const at = '2026-01-01T00:00:00.000Z';
const marks = (database: number | null, objects: number | null, temporal: number | null): StoreMarks => {
  const mark = (epoch: number | null) => (epoch === null ? null : { epoch, at });
  return { PostgreSQL: mark(database), 'the object store': mark(objects), Temporal: mark(temporal) };
};

describe('judgeAges', () => {
  it('knows a new installation, which no store has a mark of', () => {
    expect(judgeAges(marks(null, null, null))).toEqual({ kind: 'new' });
  });

  it.each([
    [7, 7, 7],
    [8, 7, 7],
    [8, 8, 7],
    [1, null, null],
  ])(
    'takes stores for the same age while a mark is being written: %s %s %s',
    (database, objects, temporal) => {
      expect(judgeAges(marks(database, objects, temporal))).toMatchObject({ kind: 'same' });
    },
  );

  it.each([
    [5, 7, 7, ['PostgreSQL']],
    [7, 5, 7, ['the object store']],
    [7, 7, 5, ['Temporal']],
    [9, 2, 3, ['the object store', 'Temporal']],
    [null, 7, 7, ['PostgreSQL']],
  ])('names the stores that were restored: %s %s %s', (database, objects, temporal, older) => {
    const verdict = judgeAges(marks(database, objects, temporal));
    expect(verdict).toMatchObject({ kind: 'differ', older });
    if (verdict.kind !== 'differ') return;
    for (const name of older) expect(ageRemedy(verdict)).toContain(name);
    expect(ageRemedy(verdict)).toContain(`MAINSPRING_ACCEPT_STORE_AGES=${verdict.newest.epoch}`);
  });
});
