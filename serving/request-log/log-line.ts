import type { RequestLogRow } from '../../contracts/request-log.js';
import type { InferenceRequest } from '../protocol/inference-request.js';
import type { Answer } from '../protocol/inference-response.js';

/** One answered request, as it waits to be written. */
export interface LogEntry extends Answer {
  model: string;
  request: InferenceRequest;
  /** Rows of this version are the candidate's. */
  candidateVersion: number | undefined;
  latencyMs: number;
}

/** The lines of a request, one a row, each with its line feed. */
export function logLines({
  model,
  request,
  scores,
  versions,
  candidateVersion,
  latencyMs,
}: LogEntry): string {
  const { rows, values } = request;
  const width = values.length / rows;
  const latency_ms = Math.round(latencyMs * 1_000) / 1_000;
  let lines = '';
  for (let row = 0; row < rows; row++) {
    const version = typeof versions === 'number' ? versions : (versions[row] ?? 0);
    const line: RequestLogRow = {
      inference_id: request.inferenceId(row),
      event_time: request.eventTime(row),
      model,
      version,
      arm: version === candidateVersion ? 'candidate' : 'champion',
      features: rows === 1 ? values : values.slice(row * width, (row + 1) * width),
      score: scores[row] ?? NaN,
      latency_ms,
    };
    lines += `${JSON.stringify(line)}\n`;
  }
  return lines;
}
