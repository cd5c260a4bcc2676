import type { LifecycleState, StageProgress } from '../../contracts/lifecycle.js';
import { cell, table } from './markdown.js';

const MARK = { waiting: '·', running: '▶', done: '✓', failed: '✗', skipped: '–' } as const;

function seconds({ startedAt, endedAt }: StageProgress): string {
  if (!startedAt || !endedAt) return '';
  return `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}

/** What an operator sees in the Web UI: what the run does, why it waits, what to do. */
export function lifecycleDetails(state: LifecycleState, reason: string): string {
  const rows = state.stages.map((s) => [`${MARK[s.state]} ${s.stage}`, seconds(s), s.note]);
  const waiting = state.approval
    ? `\n**Waits for people.** Open workflow \`${state.approval}\` for the evidence and how to vote, or run \`mainspring approvals\`.\n`
    : '';
  const headline = state.outcome
    ? `**${state.outcome}**${reason ? `: ${cell(reason)}` : ''}`
    : `In stage **${state.stage}**.`;
  return [
    `## ${state.model} ${state.run}`,
    headline,
    waiting,
    ...table(['stage', 'took', 'figures'], rows),
    '',
    'To stop it: update `cancel` with `{"by": "name", "reason": "why"}`, or `mainspring cancel`.',
  ].join('\n');
}
