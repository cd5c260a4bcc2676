import { expect, it } from 'vitest';
import { readInstant } from '../../../../contracts/primitives/instant.js';

it.each([
  ['2001-02-01T06:00:00Z', '2001-02-01T06:00:00.000Z'],
  ['2001-02-28T23:00:00-02:00', '2001-03-01T01:00:00.000Z'],
  ['2024-02-29T12:00:00.123456789+05:30', '2024-02-29T06:30:00.123Z'],
  ['1970-01-01T00:00:00z', '1970-01-01T00:00:00.000Z'],
  ['2024-02-29T23:59:59-23:59', '2024-03-01T23:58:59.000Z'],
  ['2199-12-31T23:59:59.999Z', '2199-12-31T23:59:59.999Z'],
  ['2001-02-01t06:00:00.5Z', '2001-02-01T06:00:00.500Z'],
])('%s is an instant, in UTC', (text, utc) => {
  expect(readInstant(text)).toBe(utc);
});

it.each([
  ['a time without a zone', '2001-02-01T06:00:00'],
  ['a date', '2001-02-01'],
  ['a day that is not in the calendar', '2024-02-30T00:00:00Z'],
  ['29 February of another year', '2023-02-29T00:00:00Z'],
  ['a thirteenth month', '2001-13-01T00:00:00Z'],
  ['an hour that no day has', '2001-02-01T24:00:00Z'],
  ['a minute that no hour has', '2001-02-01T06:60:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['microseconds taken for milliseconds', '+056183-06-12T00:00:00.000Z'],
  ['a year before 1970', '1969-12-31T23:59:59Z'],
  ['a year after 2199', '2200-01-01T00:00:00Z'],
  ['an instant that its zone moves before 1970', '1970-01-01T00:00:00+01:00'],
  ['a zone that no place has', '2001-02-01T06:00:00+24:00'],
  ['a time without seconds', '2024-01-01T00:00Z'],
  ['a year before the first', '-000001-01-01T00:00:00Z'],
  ['a year, a month and a day zero', '0000-00-00T00:00:00Z'],
  ['a number', '5'],
  ['words', 'May 1, 2013'],
  ['nothing', ''],
  ['a blank instead of T', '2001-02-01 06:00:00Z'],
  ['a blank at its end', '2001-02-01T06:00:00Z '],
  ['a newline at its end', '2001-02-01T06:00:00Z\n'],
  ['a fraction without digits', '2001-02-01T06:00:00.Z'],
  ['digits of another script', '２００１-02-01T06:00:00Z'],
])('%s is no instant', (_what, text) => {
  expect(readInstant(text)).toBeUndefined();
});
