import { proxyActivities, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { DataActivities } from '../../activities/data/index.js';
import {
  DataPipelineInput,
  type DataPipelineResult,
  type ValidationResult,
  type Windows,
} from '../../contracts/data.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { type DataStep, dataDetails } from './data-details.js';
import { dataAccepted, dataRejection } from '../policy/data-rejection.js';
import { messageAndRemedy } from '../policy/root-message.js';
import { splitNote } from '../policy/split-note.js';
import { planWindows } from '../policy/windows.js';

/**
 * About twenty minutes of retries: a restart of a store delays the run but does not fail it. Bad data are never
 * retried.
 */
const data = (summary: string) =>
  proxyActivities<DataActivities>({
    taskQueue: TaskQueue.data,
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds', maximumAttempts: 85 },
    summary,
  });

/**
 * Extract, validate, clean, build features, validate, split (steps 8–14 of docs/paper.md). Bad data end the
 * pipeline, with reasons.
 */
export async function dataPipeline(input: DataPipelineInput): Promise<DataPipelineResult> {
  const parsed = parseOrFail(DataPipelineInput, input);
  const {
    model,
    run,
    specDigest,
    asOf,
    split,
    lookback,
    history,
    problem = 'binary-classification',
  } = parsed;
  upsertSearchAttributes([{ key: SearchAttribute.Model, value: model }]);
  const windows = planWindows({ asOf, split, lookback, history });
  const base = { model, run, specDigest, windows };
  const step = trackSteps(windows);

  const snapshots = await step('Extract', (summary) => data(summary).extractSources(base), {
    note: (tables) =>
      Object.entries(tables)
        .map(([name, { rows }]) => `${name} ${count(rows)} rows`)
        .join(', '),
  });
  const raw = await step(
    'Validate raw data',
    (summary) => data(summary).validateRaw({ ...base, snapshots }),
    {
      note: dataAccepted,
      accept: (result) => accept('raw data', result),
    },
  );
  const clean = await step('Clean', (summary) => data(summary).cleanRows({ ...base, snapshots }), {
    note: ({ rows }) => `${count(rows)} rows`,
  });
  const features = await step(
    'Build features',
    (summary) => data(summary).buildFeatures({ ...base, clean }),
    {
      note: ({ rows }) => `${count(rows)} rows`,
    },
  );
  const checked = await step(
    'Validate features',
    (summary) => data(summary).validateFeatures({ ...base, features, setsAside: true }),
    {
      note: dataAccepted,
      accept: (result) => accept('features', result),
    },
  );
  const parts = await step(
    'Split by time',
    (summary) => data(summary).splitRows({ ...base, features: checked.kept ?? features }),
    {
      note: (result) => splitNote(result, problem),
    },
  );
  return { windows, snapshots, raw, clean, features, checked, split: parts };
}

const count = (rows: number): string => rows.toLocaleString('en');

function accept(what: string, result: ValidationResult): void {
  if (!result.passed)
    throw fail(FailureType.DataRejected, dataRejection(what, result), {
      remedy: 'Correct the data and start again, or change the check in data.checks.',
      details: result.checks.filter(({ verdict }) => verdict === 'fail').slice(0, 20),
    });
}

const TITLES = [
  'Extract',
  'Validate raw data',
  'Clean',
  'Build features',
  'Validate features',
  'Split by time',
] as const;

/** Runs the steps one by one and keeps the current details up to date. */
function trackSteps(windows: Windows) {
  const steps = TITLES.map((title): DataStep => ({
    title,
    state: 'waiting',
    note: '',
    report: null,
    failingRows: null,
  }));
  const show = () => setCurrentDetails(dataDetails(windows, steps));

  return async function step<T extends object>(
    title: (typeof TITLES)[number],
    work: (summary: string) => Promise<T>,
    { note, accept: judge }: { note: (result: T) => string; accept?: (result: T) => void },
  ): Promise<T> {
    const progress = steps.find((candidate) => candidate.title === title);
    const update = (change: Partial<DataStep>) => {
      if (progress) Object.assign(progress, change);
      show();
    };
    update({ state: 'running' });
    try {
      const result = await work(
        `${title}, ${windows.rows.from.slice(0, 10)} to ${windows.rows.to.slice(0, 10)}`,
      );
      if ('report' in result) {
        const { report, failingRows } = result as unknown as ValidationResult;
        update({ report: report.uri, failingRows: failingRows?.uri ?? null });
      }
      judge?.(result);
      update({ state: 'done', note: note(result) });
      return result;
    } catch (error) {
      update({
        state: 'failed',
        note: messageAndRemedy(error),
      });
      throw error;
    }
  };
}
