import { z } from 'zod';
import { lifecycleId } from '../../contracts/ids.js';
import { LifecycleState } from '../../contracts/lifecycle.js';
import { RunStage, RunView } from '../../contracts/registry.js';
import { runName } from '../fields.js';
import { type RunName, findRun } from '../lookup/find-run.js';
import { JobProgress, runJobs } from '../lookup/run-jobs.js';
import { Trouble, troublesOfRun } from '../lookup/troubles.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { fullDisksOf } from '../system/checks/disk.js';

export const RunStatus = z.strictObject({
  state: LifecycleState,
  /** Row of the database; null until the run has recorded its charter. */
  record: RunView.nullable(),
  /** `database`: no worker answered, so notes and stage times are missing. */
  source: z.enum(['workflow', 'database']),
  /** Unfinished jobs, while the run is in training. */
  jobs: z.array(JobProgress),
  /** Activities that have been tried again for more than a minute, and workflows whose code fails. */
  troubles: z.array(Trouble),
  /** Folders of the engine that have no room left, with what is free; asked for as long as the run goes on. */
  fullDisks: z.array(z.string()),
});
export type RunStatus = z.infer<typeof RunStatus>;

/** State of a run from the database alone. The states of the stages follow from the current stage and the outcome. */
function fromRecord({ model, run, stage, outcome }: RunView, version: number | null): LifecycleState {
  const stages = RunStage.options.filter((name) => name !== 'done');
  const reached = RunStage.options.indexOf(stage);
  // The database does not record in which stage a run failed or was cancelled.
  const stateOf = (index: number) => {
    if (outcome !== null) return outcome === 'promoted' ? 'done' : 'skipped';
    if (index === reached) return 'running';
    return index < reached ? 'done' : 'waiting';
  };
  return {
    model,
    run,
    stage,
    stages: stages.map((name, index) => ({
      stage: name,
      state: stateOf(index),
      startedAt: null,
      endedAt: null,
      note: '',
    })),
    approval: null,
    version,
    outcome,
  };
}

/**
 * State of a run, from its workflow if a worker answers, otherwise from the database.
 *
 * @throws MainspringError `not-found`, `unreachable`
 */
export async function statusOf(services: Services, text: string): Promise<RunStatus> {
  const name = await findRun(services, text);
  const status = await stateOf(services, name);
  if (status.state.outcome !== null) return { ...status, troubles: [], fullDisks: [] };
  const [troubles, fullDisks] = await Promise.all([troublesOfRun(services, name), fullDisksOf(services)]);
  return { ...status, troubles, fullDisks };
}

/** The same without what may hold the run up, which costs one request for each open workflow of the run. */
export async function stateOf(
  services: Services,
  { model, run }: RunName,
): Promise<Omit<RunStatus, 'troubles' | 'fullDisks'>> {
  const [{ registry }, workflows] = await Promise.all([services.records(), services.workflows()]);
  const state = await workflows.ask<LifecycleState>(lifecycleId(model, run), 'state');
  // Read after the query: the workflow records its outcome before a query shows it, so the reason is recorded too.
  const record = await registry.run(model, run);
  if (state) {
    // A failed or terminated workflow still answers with its last state, and an ending one records its outcome first.
    // So a recorded outcome overrules the state.
    const outcome = state.outcome ?? record?.outcome ?? null;
    const stage = outcome === null ? state.stage : 'done';
    const jobs = state.stage === 'training' && outcome === null ? await runJobs(services, model, run) : [];
    return { state: { ...state, outcome, stage }, record: record ?? null, source: 'workflow', jobs };
  }
  const versions = record ? await registry.versions(model) : [];
  const version = versions.find((view) => view.run === run)?.version ?? null;
  return {
    state: record
      ? fromRecord(record, version)
      : {
          model,
          run,
          stage: 'charter',
          stages: [],
          approval: null,
          version: null,
          outcome: null,
        },
    record: record ?? null,
    source: 'database',
    jobs: record?.stage === 'training' && record.outcome === null ? await runJobs(services, model, run) : [],
  };
}

export const status = defineOperation({
  name: 'lifecycles.status',
  summary: 'State of a run: each stage with its times and main figures, and the pending approval',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ run: runName }),
  output: RunStatus,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
  },
  http: { method: 'GET', path: '/v1/lifecycles/{run}' },
  run: (services, { run }) => statusOf(services, run),
});
