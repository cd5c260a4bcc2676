import { expect, it } from 'vitest';
import { createReaperActivities } from '../../../activities/reaper/index.js';
import type { ReaperDeps } from '../../../activities/reaper/index.js';
import { readLog } from '../../../contracts/job-log.js';
import { type JobSeries, seriesKey } from '../../../contracts/job-series.js';
import { until } from '../../support/until.js';
import { type Stage, checkpointed, gone, slow } from '../stage.js';

/** The messages of a job, and the behaviour after its workflow is gone. */
export function telling(stage: Stage): void {
  const logOf = async (jobKey: string): Promise<string> => {
    let text = '';
    for await (const { bytes } of readLog(stage.bench.objects, jobKey)) text += Buffer.from(bytes).toString();
    return text;
  };

  it('is read from the object store while it works, and to its last line when it has failed', async () => {
    const { bench } = stage;
    const job = bench.job('prints.py', { params: { lines: 40, pause: 0.05, fail: 1 } });
    const attempt = await bench.dispatch(job);
    const early = await until(async () => {
      const text = await logOf(attempt.jobKey);
      return text.includes('line 0\n') ? text : undefined;
    });
    expect(early).not.toContain('the last line');
    const outcome = await bench.collect(job, attempt);

    const whole = await logOf(attempt.jobKey);
    expect(whole.startsWith(early)).toBe(true);
    expect(whole).toContain(Array.from({ length: 40 }, (_, step) => `line ${step}\n`).join(''));
    expect(whole).toContain('Traceback: the last line\n');
    expect(whole).toContain('[mainspring] ended: exit code 1 (trainer)\n');
    expect(outcome.logTail).toContain('the last line');
    const series = await bench.objects.get(seriesKey(attempt.jobKey));
    expect((JSON.parse(series!.body.toString()) as JobSeries).points).toHaveLength(40);
  });

  it('is ended by the reaper when no row knows it', async () => {
    const { bench, engine } = stage;
    const job = bench.job('steps.py', slow);
    const attempt = await bench.dispatch(job);
    await checkpointed(stage, job.intent);
    await bench.db.deleteFrom('jobs').where('job_key', '=', attempt.jobKey).execute();

    const { endOrphan } = createReaperActivities(bench as unknown as ReaperDeps);
    const { backend } = job;
    expect(await bench.act(endOrphan, { jobKey: attempt.jobKey, backend })).toBe(true);
    await gone(stage, attempt);
    const listed = await bench.backend.list(bench.engineId);
    if (listed.kind !== 'listed') throw new Error(listed.reason);
    expect(listed.jobs.filter(({ handle }) => handle.jobKey === attempt.jobKey)).toEqual([]);
    expect(await engine.nativeJobs(attempt.jobKey)).toBeLessThanOrEqual(1);
  });
}
