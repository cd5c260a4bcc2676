import { expect, it } from 'vitest';
import { toEventTime, toInstant } from '../../../../operations/lookup/instant.js';

it('an instant is a day of the calendar, with its zone if it has a time', () => {
  expect(toInstant('2004-02-29')).toBe('2004-02-29T00:00:00.000Z');
  expect(toInstant('2001-02-28T23:00:00-02:00')).toBe('2001-03-01T01:00:00.000Z');
  for (const text of ['2001-02-30', '2001-02-29T10:00:00Z', '2001-13-01', '2001-02-01T10:00:00'])
    expect(() => toInstant(text)).toThrow(`"${text}" is not an instant`);
});

it('event time is refused when it lies ahead of now, and not for a clock that is a little off', () => {
  const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();
  expect(toEventTime('2001-02-01')).toBe('2001-02-01T00:00:00.000Z');
  expect(() => toEventTime(ahead(3_600_000))).not.toThrow();
  expect(() => toEventTime('2190-01-01')).toThrow(
    '2190-01-01T00:00:00.000Z lies more than a day ahead of now',
  );
});
