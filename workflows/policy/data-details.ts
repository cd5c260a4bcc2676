import type { Windows } from '../../contracts/data.js';
import { table } from './markdown.js';

export interface DataStep {
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** The figures that matter, or what went wrong. */
  note: string;
  /** Address of the report, once there is one. */
  report: string | null;
}

const MARK = { waiting: '·', running: '▶', done: '✓', failed: '✗' } as const;

/** Markdown that tells an operator what the pipeline does, from which rows, and what to do. */
export function dataDetails({ asOf, train, test }: Windows, steps: DataStep[]): string {
  const running = steps.find(({ state }) => state === 'running');
  const failed = steps.find(({ state }) => state === 'failed');
  const now = failed
    ? `**Stopped at ${failed.title}.** Nothing after it runs. Correct the data or the spec, then start again.`
    : running
      ? `**${running.title}**. Retries by itself when a store is away; no action needed.`
      : '**Done.**';
  const rows = steps.map(({ title, state, note, report }) => [
    `${MARK[state]} ${title}`,
    `${note}${report ? ` (report \`${report}\`)` : ''}`,
  ]);
  return [
    now,
    '',
    `As of ${asOf}: train ${train.from} – ${train.to}, held out ${test.from} – ${test.to}.`,
    '',
    ...table(['step', 'found'], rows),
  ].join('\n');
}
