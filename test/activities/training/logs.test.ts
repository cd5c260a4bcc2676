import { spawn } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { signal } from '../../../infra/adapters/jobs/process-identity.js';
import { fence } from '../../../activities/training/lease/head.js';
import { lastWords } from '../../../activities/training/last-words.js';
import { logPartKey, readLog } from '../../../contracts/job-log.js';
import { type JobSeries, seriesKey } from '../../../contracts/job-series.js';
import { cutLine } from '../../support/cut-line.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';
import { until } from '../../support/until.js';

let line: Awaited<ReturnType<typeof cutLine>>;
let bench: TrainingBench;
beforeAll(async () => {
  line = await cutLine(inject('s3').port);
  bench = await trainingBench({ s3Port: line.port });
  await bench.buildEnvironment();
});
afterAll(async () => {
  await bench?.close();
  line?.close();
});

async function logOf(jobKey: string): Promise<string> {
  let text = '';
  for await (const { bytes } of readLog(bench.objects, jobKey)) text += Buffer.from(bytes).toString();
  return text;
}
const handle = (jobKey: string) => ({ jobKey, nativeId: '', nativeUid: null });
const printed = (count: number): string =>
  Array.from({ length: count }, (_, step) => `line ${step}\n`).join('');
const seriesOf = async (jobKey: string): Promise<JobSeries | undefined> => {
  const found = await bench.objects.get(seriesKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as JobSeries);
};

describe('the log of a job in the object store', () => {
  it('grows while the trainer works, and has everything that was printed when it is over', async () => {
    const job = bench.job('prints.py', { params: { lines: 30, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    const early = await until(async () => (await logOf(attempt.jobKey)) || undefined);
    expect(await bench.collect(job, attempt)).toMatchObject({ state: 'succeeded' });

    const whole = await logOf(attempt.jobKey);
    expect(early.length).toBeLessThan(whole.length);
    expect(whole.startsWith(early)).toBe(true);
    expect(whole).toContain(printed(30));
    expect(whole).toContain('[mainspring] ended: exit code 0 (trainer)');
    const file = join(bench.dataDir, 'jobs', attempt.jobKey, 'log.txt');
    expect(whole).toBe(await readFile(file, 'utf8'));
  });

  it('has the last lines of a trainer that failed, and the wrapper’s verdict', async () => {
    const job = bench.job('prints.py', { params: { lines: 3, fail: 1 } });
    const attempt = await bench.dispatch(job);
    const outcome = await bench.collect(job, attempt);
    expect(outcome).toMatchObject({ class: 'user', exitCode: 1 });
    expect(await logOf(attempt.jobKey)).toBe(
      `${printed(3)}Traceback: the last line\n[mainspring] ended: exit code 1 (trainer)\n`,
    );
  });

  it('loses nothing while the object store is away', async () => {
    const job = bench.job('prints.py', { params: { lines: 20, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    await until(async () => (await logOf(attempt.jobKey)) || undefined);
    line.cut();
    await until(async () => (await bench.trainerProcesses(attempt)).length === 0);
    line.mend();
    await bench.collect(job, attempt);
    expect(await logOf(attempt.jobKey)).toContain(printed(20));
  });

  it('has what a killed job printed after its last upload, as far as its backend still knows it', async () => {
    const job = bench.job('prints.py', { params: { lines: 1_000, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    const early = await until(async () => (await logOf(attempt.jobKey)) || undefined);
    for (const { pid } of await bench.processes(attempt)) signal(pid, 'SIGKILL');
    const file = join(bench.dataDir, 'jobs', attempt.jobKey, 'log.txt');
    // Output between the last upload and the death of the wrapper.
    await appendFile(file, 'printed in its last moment\n');
    const outcome = await bench.collect(job, attempt);

    const whole = await logOf(attempt.jobKey);
    expect(whole.startsWith(early)).toBe(true);
    expect(whole).toBe(await readFile(file, 'utf8'));
    expect(outcome.logTail).toContain('printed in its last moment');
    // A second call uploads nothing twice.
    await lastWords(bench.objects, bench.backend, handle(attempt.jobKey), false);
    expect(await logOf(attempt.jobKey)).toBe(whole);
  });

  it('has its end also where the rest is nowhere, and is the last word where its backend kept nothing', async () => {
    const jobKey = `ms-${'e'.repeat(12)}${Date.now()}-a1`;
    await bench.objects.put(logPartKey(jobKey, 0), 'begin\n');
    const knows = (tail: string) => ({ logTail: async () => tail });
    expect(await lastWords(bench.objects, knows(''), handle(jobKey), false)).toBe('begin\n');
    await lastWords(bench.objects, knows('quite another end\n'), handle(jobKey), false);
    expect(await logOf(jobKey)).toBe('begin\n\n[mainspring] its end:\nquite another end\n');
  });

  it('has no secret of the engine in it', async () => {
    const job = bench.job('ok.py');
    const attempt = await bench.dispatch(job);
    await bench.collect(job, attempt);
    const text = await logOf(attempt.jobKey);
    expect(text).toContain("training on ['x']");
    expect(text).not.toContain(inject('s3').secretKey);
  });

  it('is uploaded as well where the output of a job is a pipe, and is printed there too', async () => {
    const job = bench.job('prints.py', { params: { lines: 3, fail: 1 } });
    const attempt = await bench.dispatch(job);
    await bench.collect(job, attempt);
    // The same order under another key, run as in a container.
    const folder = join(bench.dataDir, 'jobs', attempt.jobKey);
    const order = JSON.parse(await readFile(join(folder, 'order.json'), 'utf8')) as object;
    const other = bench.job('prints.py');
    const jobKey = `${attempt.jobKey.slice(0, -3)}-a9`;
    await writeFile(
      join(folder, 'order.json'),
      JSON.stringify({ ...order, intent: other.intent, jobKey, attempt: 9 }),
    );
    await writeFile(join(folder, 'secrets.json'), JSON.stringify(inject('s3')));
    await fence(bench.objects, bench.lease(other.intent), 9);
    await writeFile(join(folder, 'log.txt'), '');
    const wrapper = spawn(process.execPath, [bench.backendOptions.wrapper, folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
    });
    let seen = '';
    wrapper.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    expect(await new Promise((resolve) => wrapper.once('close', resolve))).toBe(1);

    const whole = `${printed(3)}Traceback: the last line\n[mainspring] ended: exit code 1 (trainer)\n`;
    expect(await logOf(jobKey)).toBe(whole);
    expect(seen).toBe(whole);
  });
});

describe('the curve of a job', () => {
  it('can be read while it trains and afterwards', async () => {
    const job = bench.job('prints.py', { params: { lines: 40, pause: 0.05 } });
    const attempt = await bench.dispatch(job);
    const early = await until(() => seriesOf(attempt.jobKey));
    await bench.collect(job, attempt);
    const whole = await seriesOf(attempt.jobKey);
    expect(early.points.length).toBeLessThan(40);
    expect(whole?.points.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
    expect(whole?.points[0]).toMatchObject({ total: 40, metrics: { loss: 1 } });
  });
});
