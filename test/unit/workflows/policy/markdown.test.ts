import { describe, expect, it } from 'vitest';
import { minute, table } from '../../../../workflows/policy/markdown.js';

describe('a table for the Web UI', () => {
  const lines = table(['gate', 'why'], [['a|b', 'one\ntwo']]);

  it('has one line a row, whatever a cell holds', () => {
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('a\\|b');
    expect(lines[2]).toContain('one two');
  });

  it('keeps a gap after each cell that no renderer trims', () => {
    for (const line of [lines[0], lines[2]]) expect(line?.match(/\u00a0{3} \|/g)).toHaveLength(2);
  });
});

it('an instant is shown to the minute, in UTC', () => {
  expect(minute('2001-02-01T08:30:12.345Z')).toBe('2001-02-01 08:30 UTC');
});
