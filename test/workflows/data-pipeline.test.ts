import { ApplicationFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataActivities } from '../../activities/data/index.js';
import type { DataPipelineInput, DataPipelineResult, ValidationResult } from '../../contracts/data.js';
import { dataPipelineId } from '../../contracts/ids.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { aDataResult, aTable, aValidation, anArtifact, sha } from '../support/fixtures.js';
import { skippingTime } from '../support/time-skipping.js';
import { type WorkflowHarness, workflowHarness } from '../support/workflows.js';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await workflowHarness('workflows/data-pipeline/data-pipeline.ts', 'data-pipeline');
});
afterAll(() => harness?.close());

const input = (run: string, change: Partial<DataPipelineInput> = {}): DataPipelineInput => ({
  model: 'tiny',
  run,
  specDigest: sha('spec'),
  asOf: '2001-02-01T00:00:00.000Z',
  history: null,
  split: { by: 'time', train: '24d', validation: '4d', test: '7d' },
  lookback: '1d',
  ...change,
});

/** Activities that answer at once and record the order of their calls. */
function fakes(change: Partial<DataActivities> = {}) {
  const asked: string[] = [];
  const saying = <K extends keyof DataActivities>(name: K, answer: DataActivities[K]) =>
    (async (request: never) => {
      asked.push(name);
      return (change[name] ?? answer)(request);
    }) as DataActivities[K];
  const activities: DataActivities = {
    extractSources: saying('extractSources', async () => ({ events: aTable('events', 768) })),
    validateRaw: saying('validateRaw', async () => aValidation()),
    cleanRows: saying('cleanRows', async () => aTable('clean', 700)),
    buildFeatures: saying('buildFeatures', async () => aTable('features', 600)),
    validateFeatures: saying('validateFeatures', async () => aValidation()),
    splitRows: saying('splitRows', async () => aDataResult().split),
  };
  return { asked, activities };
}

const rejected: ValidationResult = {
  ...aValidation(false),
  failingRows: anArtifact('failing'),
  checks: ['a', 'b', 'c', 'd'].map((name) => ({
    check: `notNull(${name})`,
    verdict: 'fail' as const,
    message: `30 of 100 rows (30.0 %) have no ${name}; none is allowed`,
    failing: 30,
    rows: 100,
  })),
};

const start = (client: Client, request: DataPipelineInput) =>
  client.workflow.start('dataPipeline', {
    taskQueue: TaskQueue.control,
    workflowId: dataPipelineId(request.model, request.run),
    args: [request],
  });

async function outcome(run: string, change: Partial<DataActivities>, of: Partial<DataPipelineInput> = {}) {
  const { asked, activities } = fakes(change);
  return harness.run({ ...activities }, async (client) => {
    const handle = await skippingTime(client, () => start(client, input(run, of)));
    const result = await handle.result().then(
      (value) => ({ value: value as DataPipelineResult, cause: undefined }),
      (error: { cause?: ApplicationFailure }) => ({ value: undefined, cause: error.cause }),
    );
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    const { typedSearchAttributes } = await handle.describe();
    return { ...result, asked, currentDetails, attributes: JSON.stringify(typedSearchAttributes) };
  });
}

describe('the data pipeline', () => {
  it('goes from sources to split, with the windows that the split declares', async () => {
    const windows: unknown[] = [];
    const { value, asked, currentDetails, attributes } = await outcome('r-good', {
      extractSources: async (request) => {
        windows.push(request.windows);
        return { events: aTable('events', 768) };
      },
    });

    expect(asked).toEqual([
      'extractSources',
      'validateRaw',
      'cleanRows',
      'buildFeatures',
      'validateFeatures',
      'splitRows',
    ]);
    expect(value?.split).toEqual(aDataResult().split);
    expect(value?.windows.test).toEqual({ from: '2001-01-25T00:00:00.000Z', to: '2001-02-01T00:00:00.000Z' });
    expect(windows).toEqual([value?.windows]);
    expect(currentDetails).toMatch(/\*\*Done\.\*\*/);
    expect(currentDetails).toMatch(/✓[|\s]+Extract[|\s]+events 768 rows/u);
    expect(attributes).toContain('tiny');
  });

  it('splits the table without the rows that were set aside, and says how many', async () => {
    const split: unknown[] = [];
    const asked: unknown[] = [];
    const { currentDetails } = await outcome('r-kept', {
      validateFeatures: async (request) => {
        asked.push(request.setsAside);
        return { ...aValidation(), rows: 600, kept: aTable('kept', 597) };
      },
      splitRows: async (request) => {
        split.push(request.features);
        return aDataResult().split;
      },
    });

    expect(asked).toEqual([true]);
    expect(split).toEqual([aTable('kept', 597)]);
    expect(currentDetails).toContain('3 rows set aside');
  });

  it('stops at raw data that are rejected, with the first reasons and the evidence, and runs nothing after', async () => {
    const { cause, asked, currentDetails } = await outcome('r-bad', { validateRaw: async () => rejected });

    expect(asked).toEqual(['extractSources', 'validateRaw']);
    expect(cause).toMatchObject({ type: 'DataRejected' });
    expect(cause?.message).toMatch(
      /^raw data rejected – notNull\(a\): 30 of 100 rows .*notNull\(c\).*and 1 more \(report s3:/,
    );
    expect(cause?.message).toContain(rejected.report.uri);
    expect(cause?.message).not.toContain('notNull(d)');
    expect(currentDetails).toMatch(
      /Stopped at Validate raw data.*✗[|\s]+Validate raw data[|\s].*report `s3:/su,
    );
  });

  it('stops at features that are rejected before anything is split', async () => {
    const { cause, asked } = await outcome('r-leak', { validateFeatures: async () => rejected });

    expect(asked).not.toContain('splitRows');
    expect(cause?.message).toMatch(/^features rejected/);
  });

  it('outlives a store that is away for a quarter of an hour', async () => {
    let attempts = 0;
    const { value } = await outcome('r-away', {
      cleanRows: async () => {
        attempts += 1;
        if (attempts < 60) throw new Error('connect ECONNREFUSED 127.0.0.1:9000');
        return aTable('clean', 700);
      },
    });

    expect(value?.clean.rows).toBe(700);
  });

  it('does not retry what is terminal', async () => {
    const { cause, asked, currentDetails } = await outcome('r-refused', {
      cleanRows: async () => {
        throw ApplicationFailure.nonRetryable('data.clean (clean.sql) is refused: …', 'SqlRefused');
      },
    });

    expect(asked.filter((name) => name === 'cleanRows')).toHaveLength(1);
    expect(cause?.cause).toMatchObject({ type: 'SqlRefused' });
    expect(currentDetails).toContain('data.clean (clean.sql) is refused');
  });

  it('refuses a history that leaves nothing to train on before it asks for anything', async () => {
    const { cause, asked } = await outcome('r-short', {}, { history: '8d' });

    expect(asked).toEqual([]);
    expect(cause).toMatchObject({ type: 'InvalidInput' });
    expect(cause?.message).toContain('history 8d');
  });
});
