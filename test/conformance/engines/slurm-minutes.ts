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
  until(async () => (await readHead(bench.objects, intent))?.checkpoint);

/** Exactly one attempt with a result, the last one; none that is not over. @returns its number */
async function expectOneResult(stage: Apart, job: TrainingJobInput): Promise<number> {
  const rows = await stage.attempts(job);
  expect(rows.filter(({ state }) => state === 'succeeded')).toHaveLength(1);
  const { attempt, state } = rows.at(-1)!;
  expect(state).toBe('succeeded');
  expect(await readHead(stage.bench.objects, job.intent)).toMatchObject({ attempt, result: { attempt } });
  return attempt;
}

/** What takes a minute or more on a real Slurm: real workflows, each on a cluster of its own, all at once. */
export function slurmMinutes(): void {
  describe.concurrent('that takes minutes', () => {
    it(
      'is one process and one result when the controller is away for a minute from when it is submitted',
      { timeout: LIMIT_MS },
      () => apart('other-1', minuteWithoutController),
    );
    it(
      'of two machines resumes on both when the second one is lost with all that runs on it',
      { timeout: LIMIT_MS },
      () => apart('other-2', (stage) => lostMachine(stage, 1, 'lose')),
    );
    it(
      'of two machines resumes on both when the first one is lost with all that runs on it',
      { timeout: LIMIT_MS },
      () => apart('other-3', (stage) => lostMachine(stage, 0, 'lose')),
    );
    it('of two machines resumes on both when one is set down', { timeout: LIMIT_MS }, () =>
      apart('jobs', (stage) => lostMachine(stage, 1, 'down')),
    );
    it('is timed out when Slurm’s own time limit ends it', { timeout: LIMIT_MS }, () =>
      apart('reaper', timeLimit, hanging),
    );
  });
}

async function minuteWithoutController(stage: Apart): Promise<void> {
  const { slurm, bench, train } = stage;
  // One node is full, and two jobs start on the other: one that wants a whole node waits.
  const other = await slurm.submitSleep(...WHOLE);
  await until(async () => (await slurm.states('sleep'))[0] === 'RUNNING');
  const ends = bench.job('steps.py', { params: { steps: 50, pause: 0.1 } });
  const runsOn = bench.job('steps.py', { params: { steps: 5_000, pause: 0.1, resumed_steps: 5 } });
  const waits = bench.job('ok.py', { resources: { ...ends.resources, cpus: 2 } });
  const late = bench.job('ok.py');
  const ended: Promise<TrainingJobResult | Error>[] = [];
  await slurm.forgetting(
    async () => {
      // Taken is not started: a controller that dies between the two forgets a job of which nothing runs.
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
  // What ended meanwhile has its result, though Slurm never hears of it.
  expect(await expectOneResult(stage, ends)).toBe(1);
  expect(await stage.claimed(ends)).toEqual([1]);
  // What was forgotten before it started is lost, and begins anew. The number that Slurm gives it then may still be that of a
  // forgotten job on the node: Slurm ends it before it begins, and it is tried again.
  const attempt = await expectOneResult(stage, waits);
  expect(attempt).toBeGreaterThan(1);
  expect(await stage.claimed(waits)).toEqual([attempt]);
  // What Slurm finds and does not know it kills; it resumes.
  expect(await expectOneResult(stage, runsOn)).toBeGreaterThan(1);
  expect((results[1] as TrainingJobResult).metrics['started_at']).toBeGreaterThan(0);
  // What could not be submitted is submitted once.
  expect(await expectOneResult(stage, late)).toBe(1);
  expect(await slurm.states(jobKeyOf(late.intent, 1))).toEqual(['COMPLETED']);
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
  const first = { jobKey: jobKeyOf(both.intent, 1) };
  const second = { jobKey: jobKeyOf(both.intent, 2) };
  const environments = await Promise.all(
    (await bench.wrapperProcesses(first)).map(({ pid }) => readFile(`/proc/${pid}/environ`, 'utf8')),
  );
  const its = environments.find((all) => all.split('\0').includes(`MAINSPRING_RANK=${rank}`)) ?? '';
  const [, node = ''] = /\0SLURMD_NODENAME=([^\0]+)/.exec(its) ?? [];
  if (how === 'lose') await slurm.node.lose(node);
  // One that is only down comes back by itself, since its slurmd lives.
  else
    for (const state of ['down', 'drain'])
      await slurm.run('scontrol', 'update', `nodename=${node}`, `state=${state}`, 'reason=lost');

  await until(async () => ((await bench.jobs.get(first.jobKey))?.class ?? null) !== null);
  expect(await bench.jobs.get(first.jobKey)).toMatchObject({ state: 'failed', class: 'infrastructure' });
  await until(async () => (await bench.processes(first)).length === 0);
  // All or nothing: one machine is not enough for it.
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

/** A wrapper that hangs from SIGUSR2 on: no signal but KILL reaches it. */
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
  const first = { jobKey: jobKeyOf(hangs.intent, 1) };
  for (const job of [hangs, heeds]) {
    await checkpointed(stage, job);
    const found = await bench.backend.find(jobKeyOf(job.intent, 1));
    if (found.kind !== 'found') throw new Error(found.kind);
    // Ours is minutes after the deadline, and an operator may shorten it.
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
  // Slurm warns with TERM: who heeds it goes on from its checkpoint.
  expect(await stage.attempts(heeds)).toMatchObject([{ class: 'preempted' }, { state: 'succeeded' }]);
  expect((resumed as TrainingJobResult).metrics['started_at']).toBeGreaterThan(0);
}
