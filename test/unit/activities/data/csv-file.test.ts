import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../../../activities/data/csv-file.js';

const folder = mkdtempSync(join(tmpdir(), 'mainspring-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const header = (text: string) => {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, text);
  return headerOf(path);
};

describe('the header of a CSV file', () => {
  it.each([
    ['a,b\n1,2\n', ['a', 'b']],
    ['\uFEFFa,"b ""x"""\r\n1,2', ['a', 'b "x"']],
    ['a,b\r1,2\r', ['a', 'b']],
    ['"a\nb",c\n1,2', ['a\nb', 'c']],
    ['a"q,b\n', ['a"q', 'b']],
    ['"a"x,b\n', ['"a"x', 'b']],
    ['a, b ,\n', ['a', ' b ', '']],
    ['a,b', ['a', 'b']],
    ['a,b\n1,2,3\n"', ['a', 'b']],
  ])('is its first record: %j', async (text, names) => {
    expect(await header(text)).toEqual(names);
  });

  it.each([
    ['', 'its first line is empty'],
    ['\n1,2\n', 'its first line is empty'],
    ['"a,b\n1,2\n', 'whose quotes do not end'],
    ['a,b\n1,\u0000\n', 'has a NUL byte in line 2'],
    ['PK\u0003\u0004', 'is a ZIP archive'],
  ])('that cannot be read is told: %j', async (text, fault) => {
    expect(await header(text)).toMatchObject({ fault: expect.stringContaining(fault) as string });
  });
});
