import { z } from 'zod';
import { listOf } from '../bounded.js';
import { text } from '../primitives/text.js';
import { ColumnName } from '../units.js';

export const SOURCE_FORMATS = ['parquet', 'csv', 'jsonl'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** Endings of object names, by the format that they stand for. */
const ENDINGS: Record<string, SourceFormat> = {
  parquet: 'parquet',
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
};

/** The keys of which a source has exactly one. */
const PLACES = ['parquet', 'csv', 'objects'] as const;

const ADDRESS = /^s3:\/\/[^/*?[\]{}\s]+\/\S+$/;

/** A file of this machine, or an address with a bucket and a key. */
const FILE = /^(?!s3:)|^s3:\/\/[^/\s]+\/\S/;
const file = () => text(1_000).regex(FILE, 'a path, or an address like s3://bucket/rows.parquet');

const placesOf = (source: { [Place in (typeof PLACES)[number]]?: string | undefined }) =>
  PLACES.filter((place) => source[place] !== undefined);

/** Where rows come from, and how they are read. */
export const Source = z
  .strictObject({
    parquet: file()
      .optional()
      .describe('File, relative to the model file, or one s3:// object. It is copied when a run starts.'),
    csv: file().optional().describe('The same, with a header line.'),
    objects: text(1_000)
      .regex(ADDRESS, 'an address like s3://lake/flights/dt=*/*.parquet: a bucket, and a pattern of names')
      .optional()
      .describe(
        'Objects of the object store, which are listed anew at every extract, e.g. s3://lake/flights/dt=*/*.parquet. `*` stands for a part of a name, `**/` for any folders; dt=… becomes a column.',
      ),
    format: z
      .enum(SOURCE_FORMATS)
      .optional()
      .describe(
        'Format of `objects`. Default: by the ending of the pattern (.parquet, .csv, .jsonl, .ndjson).',
      ),
    time: ColumnName.optional().describe('Event-time column: the lifecycle reads rows before its asOf only.'),
    nulls: listOf(
      text(100),
      20,
      'Texts that stand for a missing value in every column of CSV, e.g. NA. An empty field always does.',
    ).optional(),
  })
  .refine((source) => placesOf(source).length < 2, {
    message: 'parquet, csv and objects exclude each other: a source has one place',
    params: { remedy: 'Keep one of them, or declare several sources.' },
  })
  .refine((source) => placesOf(source).length > 0, {
    message: 'needs parquet, csv or objects',
    params: { remedy: 'Name its file, e.g. parquet: data/flights.parquet.' },
  })
  .refine((source) => source.format === undefined || source.objects !== undefined, {
    message: 'belongs to objects: parquet and csv name their format',
    path: ['format'],
    params: { remedy: 'Leave it out.' },
  })
  .refine((source) => source.objects === undefined || formatOf(source) !== undefined, {
    message: 'ends with no format that is known, and format is left out',
    path: ['objects'],
    params: { remedy: `Add format: ${SOURCE_FORMATS.join(' | ')}.` },
  })
  .refine((source) => source.nulls === undefined || formatOf(source) === 'csv', {
    message: 'belongs to CSV: other formats have nulls of their own',
    path: ['nulls'],
    params: { remedy: 'Leave it out.' },
  });
export type Source = z.infer<typeof Source>;

/** The format of a source; undefined for objects whose pattern does not tell. */
export function formatOf(source: {
  parquet?: string | undefined;
  csv?: string | undefined;
  objects?: string | undefined;
  format?: SourceFormat | undefined;
}): SourceFormat | undefined {
  if (source.parquet !== undefined) return 'parquet';
  if (source.csv !== undefined) return 'csv';
  return source.format ?? ENDINGS[/\.([a-z]+)$/.exec(source.objects ?? '')?.[1] ?? ''];
}

/** Names of the sources that are uploaded with a spec. The others are read where they are, at every extract. */
export const uploadedSources = ({ data }: { data: { sources: Record<string, Source> } }): string[] =>
  Object.entries(data.sources)
    .filter(([, source]) => source.objects === undefined)
    .map(([name]) => name);

/** Address of a source, as written: a path relative to the model file, one object, or a pattern of objects. */
export const addressOf = ({ parquet, csv, objects }: Source): string => parquet ?? csv ?? objects ?? '';
