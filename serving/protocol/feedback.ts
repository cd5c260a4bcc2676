import { Limits } from './limits.js';
import { RequestError, badRequest } from './request-error.js';
import type { Label } from '../ports.js';

const EXAMPLE = '{"inference_id": "f-1", "label": 1, "label_ts": "2001-02-01T10:00:00Z"}';

function parseLabel(sent: unknown, at: number): Label {
  const { inference_id, label, label_ts } = (sent ?? {}) as Record<string, unknown>;
  const refuse = (field: string, value: unknown, expected: string) =>
    badRequest(
      `labels[${at}].${field} is ${JSON.stringify(value)?.slice(0, 100)}, expected ${expected}, as in ${EXAMPLE}`,
    );
  if (typeof inference_id !== 'string' || inference_id === '' || inference_id.length > 2 * Limits.id)
    throw refuse('inference_id', inference_id, 'the id of an answered row');
  if (typeof label !== 'number' || !Number.isFinite(label)) throw refuse('label', label, 'a number');
  const labelAt = new Date(typeof label_ts === 'string' ? label_ts : NaN);
  if (Number.isNaN(labelAt.getTime())) throw refuse('label_ts', label_ts, 'an instant');
  return { inferenceId: inference_id, label, labelAt };
}

/**
 * Labels of a feedback request, each inference once: the newest label stays.
 *
 * @throws RequestError
 */
export function parseLabels(sent: unknown): Label[] {
  if (!Array.isArray(sent)) throw badRequest(`labels must be an array of ${EXAMPLE}`);
  if (sent.length > Limits.labels)
    throw new RequestError(
      413,
      `${sent.length} labels in one request, at most ${Limits.labels} are taken: split it`,
    );
  const newest = new Map<string, Label>();
  sent.forEach((one: unknown, at) => {
    const label = parseLabel(one, at);
    const known = newest.get(label.inferenceId);
    if (!known || known.labelAt < label.labelAt) newest.set(label.inferenceId, label);
  });
  return [...newest.values()];
}
