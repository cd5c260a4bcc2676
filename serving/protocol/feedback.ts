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

/** The model that labels are for. */
export interface LabelledModel {
  model: string;
  problem: Problem;
}

/** @returns the reason in words for a label that the problem does not allow */
function parseLabel(sent: unknown, at: number, { model, problem }: LabelledModel): Label | string {
  const { inference_id, label, label_ts, model: own } = (sent ?? {}) as Record<string, unknown>;
  const refused = (field: string, value: unknown, expected: string) =>
    `labels[${at}].${field} is ${shown(value)}, expected ${expected}, as in ${EXAMPLE}`;
  if (!isInferenceId(inference_id))
    return refused(
      'inference_id',
      inference_id,
      `the id of an answered row: 1 to ${2 * Limits.id} characters, all of Unicode and no control characters`,
    );
  if ((own ?? model) !== model)
    return `labels[${at}].model is ${shown(own)}, but the request is for ${model}: send labels of another model in a request of its own`;
  const { labels } = problemType(problem);
  const known =
    typeof label === 'number' || typeof label === 'string' ? labels.parse(label, problem) : undefined;
  if (known === undefined) return refused('label', label, labels.expected(problem));
  const instant = typeof label_ts === 'string' ? readInstant(label_ts) : undefined;
  if (instant === undefined) return refused('label_ts', label_ts, INSTANT_RULE);
  return { inferenceId: inference_id, label: known, labelAt: new Date(instant) };
}

/** A good label and its place in the request. */
interface Placed {
  at: number;
  label: Label;
}

/** Two labels for one inference: first the one that is kept, which has the later time, or the first place. */
const byTime = (one: Placed, other: Placed): [Placed, Placed] =>
  other.label.labelAt > one.label.labelAt ? [other, one] : [one, other];

/**
 * Labels of a feedback request. A label that the problem does not allow, or that comes beside another one for the same
 * inference, is told apart, so that it harms only itself.
 *
 * @throws RequestError 400 if `sent` is no list; 413 if it is too long
 */
export function parseLabels(sent: unknown, model: LabelledModel): ParsedLabels {
  if (!Array.isArray(sent)) throw badRequest(`labels is ${shown(sent)}, expected an array of ${EXAMPLE}`);
  if (sent.length > Limits.labels)
    throw new RequestError(
      413,
      `${sent.length} labels in one request, at most ${Limits.labels} are taken: split it`,
    );
  const newest = new Map<string, Placed>();
  const refused: RefusedLabel[] = [];
  sent.forEach((one: unknown, at) => {
    const label = parseLabel(one, at, model);
    if (typeof label === 'string') return refused.push({ at, reason: label });
    const known = newest.get(label.inferenceId);
    const [kept, other] = known ? byTime(known, { at, label }) : [{ at, label }];
    newest.set(label.inferenceId, kept);
    if (other)
      refused.push({
        at: other.at,
        reason: `labels[${other.at}].inference_id is ${shown(label.inferenceId)}, as is labels[${kept.at}].inference_id, whose label is kept: expected one label for each inference, the newest`,
      });
  });
  return {
    labels: [...newest.values()].map(({ label }) => label),
    refused: refused.toSorted((one, other) => one.at - other.at),
  };
}
