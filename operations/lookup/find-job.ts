import { isTerminal } from '../../contracts/job-state.js';
import type { JobView } from '../../contracts/training.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../ports/services.js';
import { findRun } from './find-run.js';

const JOB_KEY = /^ms-([a-z2-7]+-){1,2}a\d+$/;
const MAX_JOBS = 1_000;
const SHOWN = 5;

const none = (what: string, remedy: string): MainspringError =>
  new MainspringError('not-found', what, remedy);

/**
 * The job that a person means by a job key, an intent, the id of its workflow, or a run: of a run the one that trains, else
 * the newest that did not succeed, else the newest.
 *
 * @param attempt of the intent; left out: the newest
 * @throws MainspringError `not-found`
 */
export async function findJob(
  services: Services,
  text: string,
  { attempt }: { attempt?: number | undefined } = {},
): Promise<JobView> {
  const { views } = await services.records();
  if (JOB_KEY.test(text)) {
    const [job] = await views.jobs({ jobKey: text, limit: 1 });
    if (!job) throw none(`there is no job "${text}"`, 'See `mainspring jobs --all`.');
    return attempt === undefined ? job : findJob(services, job.intent, { attempt });
  }
  const intent = text.replace(/^job\//, '');
  if (intent.split('/').length >= 3 && !text.startsWith('lifecycle/')) {
    const attempts = await views.jobs({ intent, limit: MAX_JOBS });
    const wanted = attempt ?? Math.max(...attempts.map((job) => job.attempt));
    const found = attempts.find((job) => job.attempt === wanted);
    if (found) return found;
    throw none(
      attempts.length > 0
        ? `job "${intent}" has no attempt ${wanted}; it has ${attempts.map((job) => job.attempt).join(', ')}`
        : `there is no job "${intent}"`,
      'See `mainspring jobs --all`.',
    );
  }
  const run = await findRun(services, text);
  const jobs = await views.jobs({ ...run, limit: MAX_JOBS });
  // Newest attempt of each intent: a failed attempt does not matter after a later one.
  const newest = [...new Map([...jobs].reverse().map((one) => [one.intent, one])).values()].reverse();
  const job =
    newest.find(({ state }) => state === 'running') ??
    newest.find(({ state }) => !isTerminal(state)) ??
    newest.find(({ state }) => state !== 'succeeded') ??
    jobs[0];
  if (!job)
    throw none(`run ${run.model}/${run.run} has no jobs yet`, `\`mainspring watch ${run.run}\` follows it.`);
  if (attempt === undefined || attempt === job.attempt) return job;
  const intents = [...new Set(jobs.map((one) => one.intent))];
  if (intents.length === 1) return findJob(services, job.intent, { attempt });
  throw new MainspringError(
    'usage',
    `--attempt ${attempt} is of which job? Run ${run.model}/${run.run} has ${intents.length}`,
    `Name one: ${intents.slice(0, SHOWN).join(', ')}${intents.length > SHOWN ? ', …' : ''}.`,
  );
}
