import { describe, expect, it } from 'vitest';
import { Source, formatOf, uploadedSources } from '../../../../contracts/spec/source.js';

const faults = (source: object): string[] => {
  const { error } = Source.safeParse(source);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the place of a source', () => {
  it.each([
    { parquet: 'rows.parquet' },
    { csv: 's3://lake/rows.csv', nulls: ['NA'] },
    { objects: 's3://lake/dt=*/*.parquet', time: 'ts' },
    { objects: 's3://lake/rows', format: 'csv', nulls: ['NA'] },
    { objects: 's3://lake/**/*.ndjson' },
  ])('is a file or objects: %j', (source) => {
    expect(faults(source)).toEqual([]);
  });

  it.each<[object, string]>([
    [{}, ': needs parquet, csv or objects'],
    [{ csv: 's3://' }, 'csv: a path, or an address like s3://bucket/'],
    [{ parquet: 's3://lake' }, 'parquet: a path, or an address'],
    [{ parquet: 'a', objects: 's3://lake/*.csv' }, ': parquet, csv and objects exclude each other'],
    [{ objects: 'lake/*.parquet' }, 'objects: an address like s3://'],
    [{ objects: 's3://la*/x.parquet' }, 'objects: an address like s3://'],
    [{ objects: 's3://lake/*' }, 'objects: ends with no format that is known'],
    [{ objects: 's3://lake/*', format: 'orc' }, 'format: '],
    [{ parquet: 'a.parquet', format: 'parquet' }, 'format: belongs to objects'],
    [{ objects: 's3://lake/*.jsonl', nulls: ['NA'] }, 'nulls: belongs to CSV'],
  ])('that is none is refused: %j', (source, fault) => {
    expect(faults(source)).toEqual([expect.stringContaining(fault)]);
  });

  it('tells the format, by name or by ending', () => {
    expect(formatOf({ objects: 's3://lake/*.ndjson' })).toBe('jsonl');
    expect(formatOf({ objects: 's3://lake/*.parquet', format: 'csv' })).toBe('csv');
    expect(formatOf({ objects: 's3://lake/*.gz' })).toBeUndefined();
  });

  it('decides what is uploaded with a spec', () => {
    const sources = { a: { csv: 'a.csv' }, b: { objects: 's3://lake/*.csv' }, c: { parquet: 's3://lake/c' } };
    expect(uploadedSources({ data: { sources } })).toEqual(['a', 'c']);
  });
});
