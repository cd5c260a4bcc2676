import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as approval from '../../contracts/approval.js';
import * as backfill from '../../contracts/backfill.js';
import * as extension from '../../contracts/budget-extension.js';
import * as data from '../../contracts/data.js';
import * as deployment from '../../contracts/deployment.js';
import * as evaluation from '../../contracts/evaluation.js';
import * as lease from '../../contracts/job-lease.js';
import * as lifecycle from '../../contracts/lifecycle.js';
import * as monitor from '../../contracts/monitor.js';
import * as reaper from '../../contracts/reaper.js';
import * as registry from '../../contracts/registry.js';
import * as release from '../../contracts/release.js';
import * as retraining from '../../contracts/retraining.js';
import * as study from '../../contracts/study.js';
import * as training from '../../contracts/training.js';
import * as trialJob from '../../contracts/trial-job.js';
import { type RecordedInput, recordedInputs } from './recorded.js';
import { withUnknownFields, withoutUnknownFields } from './unknown-fields.js';

const contracts: Record<RecordedInput['kind'], Record<string, z.ZodType>> = {
  workflow: {
    approval: approval.ApprovalInput,
    backfill: backfill.BackfillInput,
    budgetExtension: extension.BudgetExtensionInput,
    dataPipeline: data.DataPipelineInput,
    lifecycle: lifecycle.LifecycleInput,
    monitor: monitor.MonitorInput,
    reaper: reaper.ReaperInput,
    release: release.ReleaseInput,
    retraining: retraining.RetrainingInput,
    scheduledTrigger: retraining.ScheduledTriggerInput,
    study: study.StudyRun,
    trainingJob: training.TrainingJobInput,
  },
  activity: {
    awaitObserved: deployment.AwaitObservedInput,
    beginAction: reaper.BeginActionInput,
    buildEnvironment: lease.BuildEnvironmentInput,
    buildFeatures: data.FeaturesInput,
    cleanRows: data.CleanInput,
    closeBudgetRequest: extension.CloseBudgetRequestInput,
    closeRun: registry.CloseRunInput,
    closeWindow: monitor.CloseWindowInput,
    collectJob: lease.CollectJobInput,
    dispatchJob: lease.DispatchJobInput,
    endOrphan: reaper.EndOrphanInput,
    ensureLoop: monitor.LoopInput,
    evaluateModels: evaluation.EvaluationInput,
    extractSources: data.ExtractInput,
    finishAction: reaper.FinishActionInput,
    inspectJobs: reaper.ReaperInput,
    openBudgetRequest: extension.BudgetExtensionInput,
    openJob: lease.OpenJobInput,
    openRun: registry.OpenRunInput,
    promote: deployment.PromoteInput,
    readRoutes: deployment.ReadRoutesInput,
    recordApproval: registry.RecordApprovalInput,
    recordEvaluation: registry.RecordEvaluationInput,
    recordTrials: study.RecordTrialsInput,
    recordTrigger: retraining.RecordTriggerInput,
    registerVersion: registry.RegisterVersionInput,
    runJob: trialJob.RunJobInput,
    setRoutes: deployment.SetRoutesInput,
    setStage: registry.SetStageInput,
    splitRows: data.SplitInput,
    tidyFolders: reaper.TidyInput,
    validateFeatures: data.ValidateFeaturesInput,
    validateRaw: data.ValidateRawInput,
    watchJob: lease.WatchJobInput,
  },
  signal: {
    clock: retraining.MonitoringClock,
    lifecycleEnded: lifecycle.LifecycleEnded,
    observe: monitor.Observed,
    retarget: monitor.UpcomingTarget.omit({ since: true }),
    trialEnded: study.TrialReport,
    trigger: retraining.Trigger,
  },
  update: { configure: retraining.ConfigureRetraining, vote: approval.Vote },
};

/** Messages that people type, in which an unknown field is refused as a slip. */
const strict = new Set(['vote']);
const inputs = recordedInputs();

describe('a message of the next version, with a field more in every object', () => {
  it.each([...new Set(inputs.map(({ kind, name }) => `${kind} ${name}`))])(
    'is taken as if the fields were not there: %s',
    (which) => {
      for (const { kind, name, value } of inputs.filter((input) => which === `${input.kind} ${input.name}`)) {
        const contract = contracts[kind][name];
        if (!contract) throw new Error(`no contract for ${which}: add it to this test`);
        const later = withUnknownFields(contract, value);
        expect(JSON.stringify(later)).toContain('ofTheNextVersion');
        if (strict.has(name)) expect(contract.safeParse(later).success).toBe(false);
        else
          expect(withoutUnknownFields(contract.parse(later))).toEqual(
            withoutUnknownFields(contract.parse(value)),
          );
      }
    },
  );
});
