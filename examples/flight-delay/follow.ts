import type { Mainspring } from '../../client/index.js';
import type { LifecycleState } from '../../contracts/lifecycle.js';

/** The two people who approve in the demo, with the roles that the charter gives them. */
const APPROVERS = [
  { by: 'maya', role: 'business-stakeholder', note: 'the figures meet the goal' },
  { by: 'tomas', role: 'ml-engineer', note: 'calibrated, no slice suffers' },
] as const;

export interface Following {
  mainspring: Mainspring;
  print: (line: string) => void;
  signal: AbortSignal;
  /** The demo approvers vote by themselves. */
  yes: boolean;
}

async function voteInTheDemo({ mainspring, print }: Following, approval: string): Promise<void> {
  const open = (await mainspring.pendingApprovals()).find((pending) => pending.id === approval);
  if (!open) return;
  for (const { by, role, note } of APPROVERS) {
    if (!(role in open.missing)) continue;
    await mainspring.vote(approval, {
      by,
      role,
      note,
      verdict: 'approve',
      evidenceDigest: open.evidenceDigest,
    });
    print(`    ${by} (${role}) approves ${approval}: ${note}`);
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
 * Follow a run, saying what each stage came to, until it ends or `enough` says so. Survives servers that go away.
 *
 * @returns the newest state
 */
export async function follow(
  following: Following,
  run: string,
  enough: (state: LifecycleState) => boolean = () => false,
  /** What was said of this run before. */
  told = new Set<string>(),
): Promise<LifecycleState> {
  const { mainspring, print, signal, yes } = following;
  for await (const { state, record, ended } of mainspring.watch(run, { intervalMs: 250, signal })) {
    for (const { stage, state: progress, note, startedAt, endedAt } of state.stages) {
      if (progress !== 'done' || told.has(stage)) continue;
      told.add(stage);
      const seconds = startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : 0;
      print(`  ✓ ${stage.padEnd(11)}${seconds.toFixed(1).padStart(6)} s  ${note}`);
    }
    if (state.approval && !told.has(state.approval)) {
      if (!yes) {
        print(howToVote(state.approval, run));
        told.add(state.approval);
      } else {
        // A vote that a restarting worker missed is given again with the next look.
        await voteInTheDemo(following, state.approval)
          .then(() => told.add(state.approval ?? ''))
          .catch((error: unknown) => print(`    vote not taken yet: ${String(error)}`));
      }
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
  signal.throwIfAborted();
  throw new Error(`run ${run} could not be followed to its end`);
}
