import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../chaos/evidence.js';
import { summarize, type Violation, violationsOf } from '../../chaos/invariants.js';

const INTENT = 'flight-delay/one/final-fit';
const spend = (wallSeconds: number) => ({ wallSeconds, cpuSeconds: wallSeconds, gpuSeconds: 0 });
const manifest = { uri: 's3://m', sha256: 'a'.repeat(64), bytes: 1, mediaType: 'application/json' };
const beat = (pid: number) => ({
  at: '2026-01-01T00:00:00Z',
  host: 'h',
  pid,
  progress: null,
  usage: spend(1),
  ended: null,
});
const claim = (pid: number) => ({ nonce: `n${pid}`, host: 'h', pid, at: '2026-01-01T00:00:00Z' });

/**
 * Evidence of two lives without a violation. The job of the first was killed once, and its second attempt succeeded.
 */
function sound(): Evidence {
  const other = 'flight-delay/two/final-fit';
  return {
    runs: [
      { model: 'flight-delay', run: 'one', outcome: 'promoted', ended: true },
      { model: 'flight-delay', run: 'two', outcome: 'promoted', ended: true },
    ],
    jobs: [
      { jobKey: 'k-a1', intent: INTENT, run: 'one', attempt: 1, state: 'failed', spend: spend(3) },
      { jobKey: 'k-a2', intent: INTENT, run: 'one', attempt: 2, state: 'succeeded', spend: spend(5) },
      { jobKey: 'l-a1', intent: other, run: 'two', attempt: 1, state: 'succeeded', spend: spend(4) },
    ],
    jobKills: { [INTENT]: 1 },
    claims: { 'k-a1': claim(1), 'k-a2': claim(2), 'l-a1': claim(3) },
    beats: { 'k-a1': beat(1), 'k-a2': beat(2), 'l-a1': beat(3) },
    heads: {
      [INTENT]: {
        attempt: 2,
        cancelled: false,
        checkpoint: { step: 9, attempt: 1, manifest },
        result: { attempt: 2, manifest },
      },
      [other]: { attempt: 1, cancelled: false, checkpoint: null, result: { attempt: 1, manifest } },
    },
    results: { [INTENT]: { jobKey: 'k-a2', attempt: 2 }, [other]: { jobKey: 'l-a1', attempt: 1 } },
    exits: {
      'k-a1': [],
      'k-a2': [
        { pid: 2, fenced: false },
        { pid: 8, fenced: true },
      ],
      'l-a1': [],
    },
    versions: [
      { model: 'flight-delay', version: 1, run: 'one' },
      { model: 'flight-delay', version: 2, run: 'two' },
    ],
    steps: [
      { key: 's1', kind: 'data.clean', inputs: '{"of":"one"}' },
      { key: 's2', kind: 'data.clean', inputs: '{"of":"two"}' },
    ],
    aliases: [
      { model: 'flight-delay', alias: 'champion', version: 1, from: 10, to: 20 },
      { model: 'flight-delay', alias: 'champion', version: 2, from: 20, to: null },
    ],
    routes: [
      { model: 'flight-delay', generation: 1, champion: 1, candidate: null, from: 10, to: 15 },
      { model: 'flight-delay', generation: 2, champion: 1, candidate: 2, from: 15, to: 20 },
      { model: 'flight-delay', generation: 3, champion: 2, candidate: null, from: 20, to: null },
    ],
    logged: ['r1', 'r2', 'r3'],
    answered: ['r1', 'r2'],
    tables: [
      {
        run: 'one',
        table: 'split.train',
        disturbed: { rows: 100, sha256: 'd1' },
        undisturbed: { rows: 100, sha256: 'd1' },
      },
    ],
    open: [],
    processes: [],
  };
}

type Plant = [title: string, kind: Violation['kind'], says: string, plant: (evidence: Evidence) => void];

const planted: Plant[] = [
  ['a run that was not promoted', 'lost', 'run one ended as failed', (e) => (e.runs[0]!.outcome = 'failed')],
  ['a run that never ended', 'lost', 'run two', (e) => (e.runs[1]!.ended = false)],
  ['an attempt that is not over', 'lost', 'k-a1 is running', (e) => (e.jobs[0]!.state = 'running')],
  ['an attempt that no kill explains', 'doubled', '2 attempts', (e) => (e.jobKills = {})],
  ['two results of one intent', 'doubled', '2 results', (e) => (e.jobs[0]!.state = 'succeeded')],
  ['an intent without a result', 'lost', 'has no result', (e) => (e.jobs[2]!.state = 'failed')],
  ['one attempt in two rows', 'doubled', 'attempt 2 twice', (e) => (e.jobs[0]!.attempt = 2)],
  ['a claim without a row', 'lost', 'x-a1 has a claim', (e) => (e.claims['x-a1'] = claim(9))],
  ['a result without a claim', 'lost', 'without a claim', (e) => delete e.claims['l-a1']],
  ['a beat of somebody who did not claim', 'doubled', 'beaten by 7', (e) => (e.beats['l-a1'] = beat(7))],
  [
    'two processes that worked on one attempt',
    'doubled',
    '2 processes worked on k-a2',
    (e) => (e.exits['k-a2']![1]!.fenced = false),
  ],
  ['a head that is behind its rows', 'wrong', 'head 1, rows 2', (e) => (e.heads[INTENT]!.attempt = 1)],
  ['an intent without a head', 'lost', 'has no head', (e) => delete e.heads[INTENT]],
  [
    'a head with the result of a fenced attempt',
    'wrong',
    'head has the result of 1',
    (e) => (e.heads[INTENT]!.result = { attempt: 1, manifest }),
  ],
  [
    'a result that another attempt wrote',
    'wrong',
    'written by k-a1',
    (e) => (e.results[INTENT] = { jobKey: 'k-a1', attempt: 1 }),
  ],
  ['a claimed attempt that is not settled', 'lost', 'k-a1 has no spend', (e) => (e.jobs[0]!.spend = null)],
  ['two versions of one run', 'doubled', 'one has 2 versions', (e) => (e.versions[1]!.run = 'one')],
  ['one version twice', 'doubled', 'flight-delay@1', (e) => (e.versions[1]!.version = 1)],
  ['a step that is recorded twice', 'doubled', 'data.clean', (e) => (e.steps[1]!.inputs = '{"of":"one"}')],
  ['rows that are there twice', 'doubled', '200 rows', (e) => (e.tables[0]!.disturbed.rows = 200)],
  ['rows that are gone', 'lost', '99 rows', (e) => (e.tables[0]!.disturbed.rows = 99)],
  ['other rows, as many', 'wrong', 'split.train', (e) => (e.tables[0]!.disturbed.sha256 = 'd2')],
  ['two current champions', 'doubled', '2 current rows', (e) => (e.aliases[0]!.to = null)],
  ['no current champion', 'lost', 'champion of flight-delay has none', (e) => (e.aliases[1]!.to = 30)],
  ['a time without a champion', 'wrong', 'gap or overlap', (e) => (e.aliases[0]!.to = 19)],
  ['a champion that does not serve', 'wrong', 'serves 1', (e) => (e.routes[2]!.champion = 1)],
  ['a candidate that was left behind', 'wrong', 'candidate 2', (e) => (e.routes[2]!.candidate = 2)],
  ['a request that is logged twice', 'doubled', 'r1 is logged 2 times', (e) => e.logged.push('r1')],
  ['an answered request that is not logged', 'lost', 'request r9', (e) => e.answered.push('r9')],
  [
    'a workflow that is still open',
    'lost',
    'still open',
    (e) => e.open.push({ workflowId: 'job/x', taskAttempt: 0 }),
  ],
  [
    'a workflow task that fails again and again',
    'wrong',
    'attempt 5',
    (e) => e.open.push({ workflowId: 'monitor/m', taskAttempt: 5 }),
  ],
  ['a process that is left', 'running', 'process 42', (e) => e.processes.push(42)],
];

describe('the invariants of a chaos run', () => {
  it('find no violation in two undisturbed lives', () => {
    expect(violationsOf(sound())).toEqual([]);
  });

  it.each(planted)('catch %s', (_title, kind, says, plant) => {
    const evidence = sound();
    plant(evidence);

    const found = violationsOf(evidence);

    expect(found).toContainEqual({ kind, what: expect.stringContaining(says) as string });
  });

  it('add up what was billed over all attempts, and what of it was useful', () => {
    const evidence = sound();
    evidence.processes.push(42);

    expect(summarize(evidence, violationsOf(evidence))).toEqual({
      intents: 2,
      jobs: 3,
      billedSeconds: 12,
      usefulSeconds: 9,
      lost: 0,
      doubled: 0,
      leftRunning: 1,
    });
  });
});
