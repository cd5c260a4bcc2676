import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker, type WorkflowBundle, bundleWorkflowCode } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { workflowBundleOptions } from '../../infra/adapters/temporal/workflow-bundle-options.js';

const folder = new URL('./histories/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const typeOf = (file: string): string => file.split('.')[0] ?? file;

const quiet = new DefaultLogger('ERROR');
Runtime.install({ logger: quiet });
let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  workflowBundle = await bundleWorkflowCode({ workflowsPath, ...workflowBundleOptions(), logger: quiet });
});

interface RecordedEvent {
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}

/** Replay one history against today's code. Returns the error of a difference, or undefined. */
async function replay(
  file: string,
  change: (events: RecordedEvent[]) => void = () => undefined,
): Promise<Error | undefined> {
  const recorded = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { events: RecordedEvent[] };
  change(recorded.events);
  const histories = [{ workflowId: file, history: historyFromJSON(recorded) }];
  for await (const result of Worker.runReplayHistories({ workflowBundle }, histories)) return result.error;
  throw new Error(`no verdict for ${file}`);
}

describe('recorded histories', () => {
  it('cover every workflow', async () => {
    const source = readFileSync(new URL('../../workflows/index.ts', import.meta.url), 'utf8');
    const workflows = [...source.matchAll(/export \{ (\w+) \}/g)].map((match) => match[1]);
    expect(new Set(files.map(typeOf))).toEqual(new Set(workflows));
  });

  it.each(files)('replay against the code of today: %s', async (file) => {
    expect(await replay(file)).toBeUndefined();
  });

  it('would show a workflow that calls another activity than it did', async () => {
    const lifecycle = files.find((file) => typeOf(file) === 'lifecycle') ?? '';
    const error = await replay(lifecycle, (events) => {
      const first = events.find((event) => event.activityTaskScheduledEventAttributes);
      if (first?.activityTaskScheduledEventAttributes)
        first.activityTaskScheduledEventAttributes.activityType.name = 'somethingElse';
    });
    expect(error?.name).toBe('DeterminismViolationError');
  });
});
