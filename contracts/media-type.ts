/** Media types of the artifacts that Mainspring makes. Apart from the schemas, so that the wrapper of jobs stays light. */
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
