import type { LifecycleState, StageProgress } from '../../contracts/lifecycle.js';
import { cell, table } from '../policy/markdown.js';

const MARK = { waiting: '·', running: '▶', done: '✓', failed: '✗', skipped: '–' } as const;

/** A space without a line break, for words that belong together in a narrow column. */
const NARROW = '\u00a0';

function took({ startedAt, endedAt }: StageProgress): string {
  if (!startedAt || !endedAt) return '';
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  if (days) return `${days} d ${hours} h`.replaceAll(' ', NARROW);
  if (hours) return `${hours} h ${minutes} min`.replaceAll(' ', NARROW);
  if (minutes) return `${minutes} min ${Math.floor(seconds % 60)} s`.replaceAll(' ', NARROW);
  return `${seconds.toFixed(1)}${NARROW}s`;
}

/** Markdown for an operator in the Web UI: the stage of the run, the reason why it waits, and any action to take. */
export function lifecycleDetails(state: LifecycleState, reason: string): string {
  const rows = state.stages.map((s) => [`${MARK[s.state]}${NARROW}${s.stage}`, took(s), s.note]);
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
    ...(state.outcome
      ? []
      : ['', 'To stop it: update `cancel` with `{"by": "name", "reason": "why"}`, or `mainspring cancel`.']),
  ].join('\n');
}
