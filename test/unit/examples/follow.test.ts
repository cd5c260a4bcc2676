import { expect, it, vi } from 'vitest';
import type { Mainspring } from '../../../client/index.js';
import { follow } from '../../../examples/follow.js';

it('the approvers of an example vote when their approval is listed, though the run does not change, and once', async () => {
  const approval = 'approval/flights/1/1';
  const pending = {
    id: approval,
    missing: { 'business-stakeholder': 1, 'ml-engineer': 1 },
    evidenceDigest: 'd',
  };
  const waiting = { state: { stages: [], approval, outcome: null }, record: undefined, ended: null };
  const vote = vi.fn<(id: string, ballot: { by: string }) => Promise<void>>();
  vote.mockRejectedValueOnce(new Error('no worker answers'));
  const list = vi.fn().mockResolvedValueOnce([]).mockResolvedValue([pending]);
  const mainspring = {
    approvals: { list, vote },
    lifecycles: {
      watch: async function* () {
        yield waiting;
        await vi.waitFor(() => expect(vote).toHaveBeenCalledTimes(3), 10_000);
        yield { ...waiting, state: { ...waiting.state, outcome: 'promoted' } };
      },
    },
  } as unknown as Mainspring;
  const { signal } = new AbortController();

  await follow({ mainspring, print: () => undefined, signal, yes: true }, 'flights/1');

  const taken = vote.mock.calls.slice(1);
  expect(taken.map(([id, { by }]) => [id, by])).toEqual([
    [approval, 'maya'],
    [approval, 'tomas'],
  ]);
});
