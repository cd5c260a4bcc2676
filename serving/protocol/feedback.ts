import { INSTANT_RULE, readInstant } from '../../contracts/primitives/instant.js';
import { type Problem, problemType } from '../../contracts/problems/index.js';
import type { Label } from '../ports.js';
import { Limits } from './limits.js';
import { shown } from './shown.js';
import { isIdText } from './storable.js';
import { RequestError, badRequest } from '../request-error.js';

const EXAMPLE = '{"inference_id": "f-1", "label": 1, "label_ts": "2001-02-01T10:00:00Z"}';

/** A label that was not kept. */
export interface RefusedLabel {
  /** Its place in the request, from 0. */
  at: number;
  reason: string;
}

export interface ParsedLabels {
  /** The newest good label of each inference. */
  labels: Label[];
  refused: RefusedLabel[];
}

const isInferenceId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 2 * Limits.id && isIdText(value);

/** @returns the reason in words for a label that the problem does not allow */
function parseLabel(sent: unknown, at: number, problem: Problem): Label | string {
  const { inference_id, label, label_ts } = (sent ?? {}) as Record<string, unknown>;
  const refused = (field: string, value: unknown, expected: string) =>
    `labels[${at}].${field} is ${shown(value)}, expected ${expected}, as in ${EXAMPLE}`;
  if (!isInferenceId(inference_id))
    return refused(
      'inference_id',
      inference_id,
      `the id of an answered row: 1 to ${2 * Limits.id} characters, all of Unicode and no control characters`,
    );
  const { labels } = problemType(problem);
  const known =
    typeof label === 'number' || typeof label === 'string' ? labels.parse(label, problem) : undefined;
  if (known === undefined) return refused('label', label, labels.expected(problem));
  const instant = typeof label_ts === 'string' ? readInstant(label_ts) : undefined;
  if (instant === undefined) return refused('label_ts', label_ts, INSTANT_RULE);
  return { inferenceId: inference_id, label: known, labelAt: new Date(instant) };
}

/**
 * Labels of a feedback request. A label that the problem does not allow is told apart, so that it harms only itself.
 *
 * @throws RequestError 400 if `sent` is no list; 413 if it is too long
 */
export function parseLabels(sent: unknown, problem: Problem): ParsedLabels {
  if (!Array.isArray(sent)) throw badRequest(`labels must be an array of ${EXAMPLE}`);
  if (sent.length > Limits.labels)
    throw new RequestError(
      413,
      `${sent.length} labels in one request, at most ${Limits.labels} are taken: split it`,
    );
  const newest = new Map<string, Label>();
  const refused: RefusedLabel[] = [];
  sent.forEach((one: unknown, at) => {
    const label = parseLabel(one, at, problem);
    if (typeof label === 'string') return refused.push({ at, reason: label });
    const known = newest.get(label.inferenceId);
    if (!known || known.labelAt < label.labelAt) newest.set(label.inferenceId, label);
  });
  return { labels: [...newest.values()], refused };
}
