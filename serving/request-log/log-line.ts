import { problemType } from '../../contracts/problems/index.js';
import type { RequestLogRow } from '../../contracts/request-log.js';
import type { FeatureValue } from '../../contracts/signature.js';
import type { InferenceRequest } from '../protocol/inference-request.js';
import type { Answer } from '../protocol/inference-response.js';

/** An answered request that waits to be written. */
export interface LogEntry extends Answer {
  model: string;
  request: InferenceRequest;
  /** Version of the rows on the candidate's arm; undefined if the champion answered all rows. */
  candidateVersion: number | undefined;
  /** Makes the candidate's row of a row of the request; undefined when they are the same. */
  candidatesRow?: ((row: readonly FeatureValue[]) => FeatureValue[]) | undefined;
  latencyMs: number;
}

/** The log lines of a request: one for each row, each with its line feed. */
export function logLines({
  model,
  request,
  problem,
  predictions,
  versions,
  candidateVersion,
  candidatesRow,
  latencyMs,
}: LogEntry): string {
  const { rows, values } = request;
  const width = values.length / rows;
  const outputs = predictions.length / rows;
  const { logged } = problemType(problem);
  const latency_ms = Math.round(latencyMs * 1_000) / 1_000;
  let lines = '';
  for (let row = 0; row < rows; row++) {
    const version = typeof versions === 'number' ? versions : (versions[row] ?? 0);
    const isCandidates = version === candidateVersion;
    const sent = rows === 1 ? values : values.slice(row * width, (row + 1) * width);
    const line: RequestLogRow = {
      inference_id: request.inferenceId(row),
      event_time: request.eventTime(row),
      model,
      version,
      arm: isCandidates ? 'candidate' : 'champion',
      features: isCandidates && candidatesRow ? candidatesRow(sent) : sent,
      ...logged(predictions.subarray(row * outputs, (row + 1) * outputs), problem),
      latency_ms,
    };
    lines += `${JSON.stringify(line)}\n`;
  }
  return lines;
}
