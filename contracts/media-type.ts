/** Media types of artifacts. In a file without schemas, so that the job wrapper stays small. */
export const MediaType = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  ndjsonGzip: 'application/x-ndjson+gzip',
  html: 'text/html',
  onnx: 'application/onnx',
  tarGzip: 'application/gzip',
  text: 'text/plain',
} as const;
