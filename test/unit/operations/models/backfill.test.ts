import { describe, expect, it } from 'vitest';
import { RunId } from '../../../../contracts/ids.js';
import { call } from '../../../../operations/call.js';
import { toCaller } from '../../../../operations/caller.js';
import { operations } from '../../../../operations/index.js';
import type { Services } from '../../../../operations/ports/services.js';
import type { StartWorkflow } from '../../../../operations/ports/workflows.js';

const DIGESTS = { first: 'a'.repeat(64), second: 'b'.repeat(64) };

/** Starts a backfill that never ends, and returns what it started. */
async function backfill(from: string, specDigest = DIGESTS.first, signal = AbortSignal.timeout(50)) {
  const started: StartWorkflow[] = [];
  const services = {
    records: async () => ({
      registry: {
        models: async () => ['tiny'],
        aliased: async () => ({ specDigest }),
        loadSpec: async () => ({ spec: { data: { lookback: '1d' } } }),
      },
    }),
    workflows: async () => ({
      start: async (workflow: StartWorkflow) => void started.push(workflow),
      result: () => new Promise(() => undefined),
    }),
  } as unknown as Services;
  const input = { model: 'tiny', from, to: '2001-03-01' };
  const operation = operations.models.backfill;
  const ended = call({ operation, services, input, caller: toCaller({}), signal });
  await expect(ended).rejects.toThrow(/abort|timeout/);
  return started[0];
}

describe('a backfill', () => {
  it('of another span, or by another spec, is another workflow', async () => {
    const ids = [
      await backfill('2001-02-01T12:00:10Z'),
      await backfill('2001-02-01T12:00:50Z'),
      await backfill('2001-02-01T12:00:10.5Z'),
      await backfill('2001-02-01T12:00:10Z', DIGESTS.second),
    ].map((workflow) => workflow?.id);
    expect(new Set(ids).size).toBe(4);
    expect(await backfill('2001-02-01T12:00:10Z')).toMatchObject({ id: ids[0] });
  });

  it('has a run id that the workflow takes', async () => {
    const workflow = await backfill('2001-02-01T12:00:10Z');
    expect(RunId.safeParse((workflow?.input as { run: string }).run).success).toBe(true);
  });

  it('is no longer waited for when the caller goes away', async () => {
    await backfill('2001-02-01', DIGESTS.first, AbortSignal.abort());
  });
});
