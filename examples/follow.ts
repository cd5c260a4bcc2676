import { setTimeout as sleep } from 'node:timers/promises';
import type { Mainspring } from '../client/index.js';
import type { LifecycleState } from '../contracts/lifecycle.js';

/** The two people who approve in the demo, with their roles in the charter. */
const APPROVERS = [
  { by: 'maya', role: 'business-stakeholder', note: 'the figures meet the goal' },
  { by: 'tomas', role: 'ml-engineer', note: 'calibrated, no slice suffers' },
] as const;

export interface Following {
  mainspring: Mainspring;
  print: (line: string) => void;
  signal: AbortSignal;
  /** True if the demo approvers vote by themselves. */
  yes: boolean;
}

/** @returns false if the approval is not in the list yet: it becomes visible a moment after it began */
async function voteInTheDemo({ mainspring, print }: Following, approval: string): Promise<boolean> {
  const open = (await mainspring.approvals.list()).find((pending) => pending.id === approval);
  if (!open) return false;
  for (const { by, role, note } of APPROVERS) {
    if (!(role in open.missing)) continue;
    await mainspring.approvals.vote(approval, {
      by,
      role,
      note,
      verdict: 'approve',
      evidenceDigest: open.evidenceDigest,
    });
    print(`    ${by} (${role}) approves ${approval}: ${note}`);
  }
  return true;
}

const VOTE_AGAIN_MS = 250;

/** Votes as soon as the approval is listed. A vote that a restarting worker misses is sent again. Never throws. */
async function keepVoting(following: Following, approval: string, signal: AbortSignal): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    try {
      if (await voteInTheDemo(following, approval)) return;
    } catch (error) {
      const line = `    vote not taken yet: ${String(error)}`;
      if (line !== told) following.print(line);
      told = line;
    }
    await sleep(VOTE_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
}

const howToVote = (approval: string, report: string): string =>
  [
    '',
    `  The candidate waits for two approvals. Look at the report: npx mainspring report ${report}`,
    ...APPROVERS.map(({ by, role }) => `    npx mainspring approve ${approval} --by ${by} --role ${role}`),
    '',
  ].join('\n');

/**
 * Follows a run and prints the note of each finished stage, until the run ends or `enough` returns true. Continues
 * when servers go away and come back.
 *
 * @returns the newest state
 */
export async function follow(
  following: Following,
  run: string,
  enough: (state: LifecycleState) => boolean = () => false,
  /** Stages and approvals that were printed before; they are not printed again. */
  told = new Set<string>(),
): Promise<LifecycleState> {
  const { mainspring, print, signal, yes } = following;
  const over = new AbortController();
  // A run that waits for votes does not change, so the approvers look by themselves.
  const voting = new Map<string, Promise<void>>();
  try {
    for await (const { state, record, ended } of mainspring.lifecycles.watch(run, {
      intervalMs: 250,
      signal,
    })) {
      for (const { stage, state: progress, note, startedAt, endedAt } of state.stages) {
        if (progress !== 'done' || told.has(stage)) continue;
        told.add(stage);
        const seconds = startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : 0;
        print(`  ✓ ${stage.padEnd(11)}${seconds.toFixed(1).padStart(6)} s  ${note}`);
      }
      const { approval } = state;
      if (approval && yes && !voting.has(approval))
        voting.set(approval, keepVoting(following, approval, AbortSignal.any([signal, over.signal])));
      if (approval && !yes && !told.has(approval)) {
        told.add(approval);
        print(howToVote(approval, run));
      }
      if (state.outcome !== null || ended !== null) {
        const reason = record?.outcomeReason ?? '';
        print(
          `  ${state.outcome === 'promoted' ? '✓' : '✗'} ${state.outcome ?? ended ?? ''}${reason ? `: ${reason}` : ''}`,
        );
        return state;
      }
      if (enough(state)) return state;
    }
  } finally {
    over.abort();
    await Promise.all(voting.values());
  }
  signal.throwIfAborted();
  throw new Error(`run ${run} could not be followed to its end`);
}
