import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../../activities/training/lease/head.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import type { TrainingJobInput, TrainingJobResult } from '../../../contracts/training.js';
import { FailureType } from '../../../contracts/failures.js';
import { until } from '../../support/until.js';
import { type Apart, apart } from './slurm-apart.js';

const WHOLE = ['--nodes=1', '--cpus-per-task=2', '--mem=4000M', '--partition=main'];
const MINUTE_MS = 60_000;
const LIMIT_MS = 400_000;

const stateOf = async ({ bench }: Apart, { intent }: TrainingJobInput) =>
  (await bench.jobs.last(intent))?.state;
const checkpointed = ({ bench }: Apart, { intent }: TrainingJobInput) =>
  until(async () => (await readHead(bench.objects, bench.lease(intent)))?.checkpoint);

/**
 * Exactly one attempt has a result, and it is the last one; no attempt is still running.
 *
 * @returns its number
 */
async function expectOneResult(stage: Apart, job: TrainingJobInput): Promise<number> {
  const rows = await stage.attempts(job);
  expect(rows.filter(({ state }) => state === 'succeeded')).toHaveLength(1);
  const { attempt, state } = rows.at(-1)!;
  expect(state).toBe('succeeded');
  expect(await readHead(stage.bench.objects, stage.bench.lease(job.intent))).toMatchObject({
    attempt,
    result: { attempt },
  });
  return attempt;
}

/** Scenarios that take a minute or more on a real Slurm: real workflows, each on its own cluster, all at once. */
export function slurmMinutes(): void {
  describe.concurrent('that takes minutes', () => {
    it(
      'is one process and one result when the controller is away for a minute from when it is submitted',
      { timeout: LIMIT_MS },
      () => apart('slurm-1', minuteWithoutController),
    );
    it(
      'of two machines resumes on both when the second one is lost with all that runs on it',
      { timeout: LIMIT_MS },
      () => apart('slurm-2', (stage) => lostMachine(stage, 1, 'lose')),
    );
    it(
      'of two machines resumes on both when the first one is lost with all that runs on it',
      { timeout: LIMIT_MS },
      () => apart('slurm-3', (stage) => lostMachine(stage, 0, 'lose')),
    );
    it('of two machines resumes on both when one is set down', { timeout: LIMIT_MS }, () =>
      apart('slurm-4', (stage) => lostMachine(stage, 1, 'down')),
    );
    it('is timed out when Slurm’s own time limit ends it', { timeout: LIMIT_MS }, () =>
      apart('reaper', timeLimit, hanging),
    );
  });
}

async function minuteWithoutController(stage: Apart): Promise<void> {
  const { slurm, bench, train } = stage;
  // One node is full, and two jobs start on the other one, so a job that needs a whole node waits.
  const other = await slurm.submitSleep(...WHOLE);
  await until(async () => (await slurm.states('sleep'))[0] === 'RUNNING');
  const ends = bench.job('steps.py', { params: { steps: 50, pause: 0.1 } });
  const runsOn = bench.job('steps.py', { params: { steps: 5_000, pause: 0.1, resumed_steps: 5 } });
  const waits = bench.job('ok.py', { resources: { ...ends.resources, cpus: 2 } });
  const late = bench.job('ok.py');
  const ended: Promise<TrainingJobResult | Error>[] = [];
  await slurm.forgetting(
    async () => {
      // An accepted job has not started yet. A controller that dies in between forgets a job without any process.
      ended.push((await train(ends)).result);
      await until(async () => (await stage.claimed(ends)).length > 0);
      ended.push((await train(runsOn)).result);
      await checkpointed(stage, runsOn);
      ended.push((await train(waits)).result);
      await until(async () => (await stateOf(stage, waits)) === 'submitted');
    },
    async () => {
      const killedAt = Date.now();
      ended.push((await train(late)).result);
      await sleep(killedAt + MINUTE_MS - Date.now());
      expect(await stateOf(stage, late)).toBe('intended');
    },
  );
  await slurm.run('scancel', other);

  const results = await Promise.all(ended);
  expect(results.filter((result) => result instanceof Error)).toEqual([]);
  // The job that ended meanwhile has its result, although Slurm never learns of it.
  expect(await expectOneResult(stage, ends)).toBe(1);
  expect(await stage.claimed(ends)).toEqual([1]);
  // A job that was forgotten before it started is lost and begins again. Slurm may give it a number that a
  // forgotten job still has on the node. Slurm then ends it before it begins, and it is tried again.
  const attempt = await expectOneResult(stage, waits);
  expect(attempt).toBeGreaterThan(1);
  expect(await stage.claimed(waits)).toEqual([attempt]);
  // Slurm kills processes that it does not know. The job then resumes.
  expect(await expectOneResult(stage, runsOn)).toBeGreaterThan(1);
  expect((results[1] as TrainingJobResult).metrics['started_at']).toBeGreaterThan(0);
  // A job that could not be submitted earlier works once. It may get the number of a forgotten job, too.
  const lateAttempt = await expectOneResult(stage, late);
  expect(await stage.claimed(late)).toEqual([lateAttempt]);
  expect(await slurm.states(jobKeyOf(bench.lease(late.intent), lateAttempt))).toEqual(['COMPLETED']);
}

async function lostMachine(stage: Apart, rank: number, how: 'lose' | 'down'): Promise<void> {
  const { slurm, bench, train } = stage;
  const { resources } = bench.job('ok.py');
  const both = bench.job('gang.py', {
    params: { steps: 1_200, pause: 0.1, resumed_steps: 3 },
    resources: { ...resources, nodes: 2 },
  });
  const { result } = await train(both);
  await checkpointed(stage, both);
  const first = { jobKey: jobKeyOf(bench.lease(both.intent), 1) };
  const second = { jobKey: jobKeyOf(bench.lease(both.intent), 2) };
  const environments = await Promise.all(
    (await bench.wrapperProcesses(first)).map(({ pid }) => readFile(`/proc/${pid}/environ`, 'utf8')),
  );
  const its = environments.find((all) => all.split('\0').includes(`MAINSPRING_RANK=${rank}`)) ?? '';
  const [, node = ''] = /\0SLURMD_NODENAME=([^\0]+)/.exec(its) ?? [];
  if (how === 'lose') await slurm.node.lose(node);
  // A node that is only set down returns by itself, because its slurmd lives.
  else
    for (const state of ['down', 'drain'])
      await slurm.run('scontrol', 'update', `nodename=${node}`, `state=${state}`, 'reason=lost');

  await until(async () => ((await bench.jobs.get(first.jobKey))?.class ?? null) !== null);
  expect(await bench.jobs.get(first.jobKey)).toMatchObject({ state: 'failed', class: 'infrastructure' });
  await until(async () => (await bench.processes(first)).length === 0);
  // Gang scheduling: one machine is not enough for this job.
  await until(async () => (await bench.jobs.get(second.jobKey))?.state === 'submitted');
  expect(await slurm.states(second.jobKey)).toEqual(['PENDING']);
  expect(await stage.claimed(both)).toEqual([1]);
  if (how === 'lose') await slurm.node.start(node);
  else await slurm.run('scontrol', 'update', `nodename=${node}`, 'state=resume');

  const ended = await result;
  expect(ended).toMatchObject({ attempt: 2, metrics: { world: 2, met: 2, starts: 1 } });
  expect((ended as { metrics: Record<string, number> }).metrics['started_at']).toBeGreaterThan(0);
  expect(await expectOneResult(stage, both)).toBe(2);
  expect(await stage.claimed(both)).toEqual([1, 2]);
}

/** A wrapper that hangs after SIGUSR2 and can only be killed. */
function hanging(wrapper: string): string {
  const path = join(dirname(wrapper), 'hanging.mjs');
  const hang = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
  writeFileSync(path, `process.on('SIGUSR2', () => ${hang});\nawait import(${JSON.stringify(wrapper)});\n`);
  return path;
}

async function timeLimit(stage: Apart): Promise<void> {
  const { slurm, bench, train } = stage;
  const endless = { params: { steps: 5_000, pause: 0.1, resumed_steps: 5 } };
  const [hangs, heeds] = [bench.job('steps.py', endless), bench.job('steps.py', endless)];
  const ends = [await train(hangs), await train(heeds)];
  const first = { jobKey: jobKeyOf(bench.lease(hangs.intent), 1) };
  for (const job of [hangs, heeds]) {
    await checkpointed(stage, job);
    const found = await bench.backend.find(jobKeyOf(bench.lease(job.intent), 1));
    if (found.kind !== 'found') throw new Error(found.kind);
    // Our limit is minutes after the deadline. An operator may shorten it.
    await slurm.run('scontrol', 'update', `jobid=${found.handle.nativeId}`, 'timelimit=1');
  }
  const [wrapper] = await bench.wrapperProcesses(first);
  process.kill(wrapper!.pid, 'SIGUSR2');

  const [timedOut, resumed] = await Promise.all(ends.map(({ result }) => result));
  expect(await slurm.states(first.jobKey)).toEqual(['TIMEOUT']);
  expect(await bench.jobs.get(first.jobKey)).toMatchObject({ state: 'failed', class: 'timedOut' });
  expect((await bench.jobs.get(first.jobKey))?.reason).toContain('TIMEOUT');
  expect(timedOut).toMatchObject({ cause: { type: FailureType.JobTimedOut } });
  expect(await bench.processes(first)).toHaveLength(0);
  // Slurm warns with TERM. A trainer that reacts resumes from its checkpoint.
  expect(await stage.attempts(heeds)).toMatchObject([{ class: 'preempted' }, { state: 'succeeded' }]);
  expect((resumed as TrainingJobResult).metrics['started_at']).toBeGreaterThan(0);
}
