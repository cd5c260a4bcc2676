import { copyFile } from 'node:fs/promises';
import type { EvaluationResult } from '../../contracts/evaluation.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { findRun, showRun } from './find-run.js';

/** A signed address is a key: it opens the report for anybody who has it, for this long. */
const LINK_SECONDS = 3_600;

export interface Report {
  model: string;
  run: string;
  /** Signed address that a browser opens, for an hour. */
  link: string;
  evidenceDigest: string;
  metrics: EvaluationResult['evidence']['metrics'];
  /** Where the HTML was written, when `out` was given. */
  path: string | null;
}

/**
 * The evaluation report of a run.
 *
 * @throws MainspringError `not-found` before the evaluation
 */
export async function report(
  services: Services,
  text: string,
  { out }: { out?: string } = {},
): Promise<Report> {
  const name = await findRun(services, text);
  const { views } = await services.database();
  const evaluation = await views.evaluation(name.model, name.run);
  if (!evaluation)
    throw new MainspringError(
      'not-found',
      `run ${showRun(name)} has no report: it has not been evaluated`,
      `See where it is with \`mainspring status ${showRun(name)}\`.`,
    );
  const { artifacts } = await services.storage();
  if (out !== undefined) await copyFile(await artifacts.fetch(evaluation.report), out);
  return {
    ...name,
    link: await artifacts.link(evaluation.report, LINK_SECONDS),
    evidenceDigest: evaluation.evidenceDigest,
    metrics: evaluation.evidence.metrics,
    path: out ?? null,
  };
}
