import { z } from 'zod';
import { ArtifactRef } from '../../contracts/artifacts.js';
import { Evidence } from '../../contracts/evaluation.js';
import { MainspringError } from '../errors.js';
import { runName } from '../fields.js';
import { findRun, showRun } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';

/** Lifetime of the signed address. During this time anyone with the address can open the report. */
const LINK_SECONDS = 3_600;

export const Report = z.strictObject({
  model: z.string(),
  run: z.string(),
  /** Signed address that a browser can open for an hour. */
  link: z.string(),
  /** The HTML file. */
  artifact: ArtifactRef,
  evidenceDigest: z.string(),
  metrics: Evidence.shape.metrics,
});
export type Report = z.infer<typeof Report>;

export const report = defineOperation({
  name: 'lifecycles.report',
  summary: 'The evaluation report of a run: a signed link for an hour, and the artifact',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ run: runName }),
  output: Report,
  errors: {
    'not-found': 'No run has this name, or the run has not been evaluated.',
    usage: 'Several models have a run of this name.',
  },
  http: { method: 'GET', path: '/v1/lifecycles/{run}/report' },
  run: async (services, { run }) => {
    const name = await findRun(services, run);
    const { views } = await services.records();
    const evaluation = await views.evaluation(name.model, name.run);
    if (!evaluation)
      throw new MainspringError(
        'not-found',
        `run ${showRun(name)} has no report: it has not been evaluated`,
        `See where it is with \`mainspring status ${showRun(name)}\`.`,
      );
    const { artifacts } = await services.storage();
    return {
      ...name,
      link: await artifacts.link(evaluation.report, LINK_SECONDS),
      artifact: evaluation.report,
      evidenceDigest: evaluation.evidenceDigest,
      metrics: evaluation.evidence.metrics,
    };
  },
});
