import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';

/** A fault of a file, with the remedy. */
export interface FileFault {
  fault: string;
  remedy: string;
}

/** Bytes of the header that are read. DuckDB reads no longer line either. */
export const MAX_LINE_BYTES = 2_000_000;

/** First bytes of files that are no plain text. */
const FORMATS: [Buffer, string][] = [
  [Buffer.from([0x1f, 0x8b]), 'is compressed with gzip'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'is compressed with zstd'],
  [Buffer.from('BZh'), 'is compressed with bzip2'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'is compressed with xz'],
  [Buffer.from('PK\u0003\u0004'), 'is a ZIP archive or a spreadsheet'],
  [Buffer.from('PAR1'), 'is a Parquet file'],
  [Buffer.from([0xff, 0xfe]), 'is encoded in UTF-16'],
  [Buffer.from([0xfe, 0xff]), 'is encoded in UTF-16'],
];

const AS_TEXT = 'Export it as CSV in UTF-8, not compressed.';

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_LINE_BYTES), 0, MAX_LINE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The line of the first NUL byte, counted from 1; undefined without one. */
async function lineOfNul(path: string): Promise<number | undefined> {
  let line = 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const at = chunk.indexOf(0);
    const before = at < 0 ? chunk : chunk.subarray(0, at);
    for (let from = before.indexOf(10); from >= 0; from = before.indexOf(10, from + 1)) line += 1;
    if (at >= 0) return line;
  }
  return undefined;
}

/** The fields of the first record of RFC 4180; undefined if the text ends within quotes. */
function firstRecord(text: string): string[] | undefined {
  try {
    const [names = []] = parse(text, { to: 1, bom: true, relax_quotes: true, skip_empty_lines: false });
    return names;
  } catch (error) {
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') return undefined;
    throw error;
  }
}

/** The names in the header of a CSV file, or why the file cannot be read as CSV. */
export async function headerOf(path: string): Promise<string[] | FileFault> {
  const bytes = await firstBytes(path);
  const format = FORMATS.find(([magic]) => bytes.subarray(0, magic.length).equals(magic));
  if (format) return { fault: `${format[1]}, and only plain text is read as CSV`, remedy: AS_TEXT };
  const line = await lineOfNul(path);
  if (line !== undefined)
    return { fault: `has a NUL byte in line ${line}`, remedy: `Take NUL bytes out. ${AS_TEXT}` };
  const text = bytes.toString('utf8');
  const names = firstRecord(text);
  if (names === undefined || (bytes.length === MAX_LINE_BYTES && !/[\r\n]/.test(text)))
    return {
      fault: `has a header of more than ${MAX_LINE_BYTES / 1e6} MB, or one whose quotes do not end`,
      remedy: 'Close the quotes of the header; each of its names stands once between commas.',
    };
  if (names.every((name) => name.trim() === ''))
    return {
      fault: 'has no header: its first line is empty',
      remedy: 'Write the names of the columns first.',
    };
  return names;
}
