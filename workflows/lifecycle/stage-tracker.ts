import { setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import {
  type LifecycleInput,
  type LifecycleState,
  type StageProgress,
  lifecycleState,
} from '../../contracts/lifecycle.js';
import { type RunOutcome, RunStage } from '../../contracts/registry.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { lifecycleDetails } from './lifecycle-details.js';
import { type StageResult, record } from './stages/proxies.js';
import { forTemporal } from '../for-temporal.js';

/** Keeps the visible state of a lifecycle up to date: query `state`, current details, search attribute, database. */
export interface StageTracker {
  /** Run one stage. Its note is one sentence with the most important figures. */
  run<T>(stage: RunStage, work: (note: (text: string) => void) => Promise<StageResult<T>>): Promise<T>;
  setApproval(workflowId: string | null): void;
  setVersion(version: number): void;
  end(outcome: RunOutcome, reason: string): void;
}

const now = (): string => new Date(Date.now()).toISOString();

export function trackStages({ model, run }: Pick<LifecycleInput, 'model' | 'run'>): StageTracker {
  const stages: StageProgress[] = RunStage.options
    .filter((stage) => stage !== 'done')
    .map((stage) => ({ stage, state: 'waiting', startedAt: null, endedAt: null, note: '' }));
  const state: LifecycleState = {
    model,
    run,
    stage: 'charter',
    stages,
    approval: null,
    version: null,
    outcome: null,
  };
  let reason = '';
  const show = () => setCurrentDetails(lifecycleDetails(state, reason));
  const update = (stage: RunStage, change: Partial<StageProgress>) => {
    const progress = stages.find((candidate) => candidate.stage === stage);
    if (progress) Object.assign(progress, change);
    show();
  };
  setHandler(forTemporal(lifecycleState), () => state, {
    description: 'Stages, waiting approval, version and outcome.',
  });

  return {
    run: async (stage, work) => {
      state.stage = stage;
      upsertSearchAttributes([{ key: SearchAttribute.Stage, value: stage }]);
      update(stage, { state: 'running', startedAt: now() });
      // The charter's own activity creates the run's row with this stage in it.
      if (stage !== 'charter') await record.setStage({ model, run, stage });
      try {
        const done = await work((note) => update(stage, { note }));
        update(stage, { state: 'done', endedAt: now(), note: done.note });
        return done.value;
      } catch (error) {
        update(stage, { state: 'failed', endedAt: now() });
        throw error;
      }
    },
    setApproval: (workflowId) => {
      state.approval = workflowId;
      show();
    },
    setVersion: (version) => {
      state.version = version;
    },
    end: (outcome, why) => {
      state.stage = 'done';
      state.outcome = outcome;
      reason = why;
      for (const progress of stages) if (progress.state === 'waiting') progress.state = 'skipped';
      upsertSearchAttributes([{ key: SearchAttribute.Stage, value: 'done' }]);
      show();
    },
  };
}
