import { lifecycleId } from '../../contracts/ids.js';
import type { LifecycleState } from '../../contracts/lifecycle.js';
import { type RunView, RunStage } from '../../contracts/registry.js';
import type { Services } from '../services/services.js';
import { findRun } from './find-run.js';
import { type JobProgress, runJobs } from './run-jobs.js';

export interface RunStatus {
  state: LifecycleState;
  /** Row of the database; null in the first moment of a run. */
  record: RunView | null;
  /** `database`: no worker answered, so that notes and stage times are missing. */
  source: 'workflow' | 'database';
  /** While it trains: its jobs that are not over. */
  jobs: JobProgress[];
}

/** What is known without a worker: the stage and the outcome, and by them what became of the other stages. */
function fromRecord({ model, run, stage, outcome }: RunView, version: number | null): LifecycleState {
  const stages = RunStage.options.filter((name) => name !== 'done');
  const reached = RunStage.options.indexOf(stage);
  // Of a run that ended otherwise, the database does not say in which stage.
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
 * State of a run: from its workflow, or from the database when no worker answers.
 *
 * @throws MainspringError `not-found`, `unreachable`
 */
export async function status(services: Services, text: string): Promise<RunStatus> {
  const { model, run } = await findRun(services, text);
  const [{ registry }, temporal] = await Promise.all([services.database(), services.temporal()]);
  const state = await temporal.ask<LifecycleState>(lifecycleId(model, run), 'state');
  // After the answer: a workflow records its outcome before it tells of it, so that the reason is there.
  const record = await registry.run(model, run);
  if (state) {
    // A failed or terminated workflow answers with what it last knew, and one that is ending writes the record first: it has the last word.
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
