import type { Windows } from '../../contracts/data.js';
import { table } from '../policy/markdown.js';

export interface DataStep {
  title: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** The most important figures, or the error. */
  note: string;
  /** Address of the report; null before it exists. */
  report: string | null;
  /** Address of the rows that failed a check, as Parquet; null if none did. */
  failingRows: string | null;
}

const MARK = { waiting: '·', running: '▶', done: '✓', failed: '✗' } as const;

/** Markdown for an operator: the current step of the pipeline, its rows, and any action to take. */
export function dataDetails({ asOf, train, test }: Windows, steps: DataStep[]): string {
  const running = steps.find(({ state }) => state === 'running');
  const failed = steps.find(({ state }) => state === 'failed');
  const now = failed
    ? `**Stopped at ${failed.title}.** Nothing after it runs. Correct the data or the spec, then start again.`
    : running
      ? `**${running.title}**. Retries by itself when a store is away; no action needed.`
      : '**Done.**';
  const rows = steps.map(({ title, state, note, report, failingRows }) => {
    const evidence = [
      ...(report ? [`report \`${report}\``] : []),
      ...(failingRows ? [`failing rows \`${failingRows}\``] : []),
    ];
    return [`${MARK[state]} ${title}`, `${note}${evidence.length > 0 ? ` (${evidence.join(', ')})` : ''}`];
  });
  return [
    now,
    '',
    `As of ${asOf}: train ${train.from} – ${train.to}, held out ${test.from} – ${test.to}.`,
    '',
    ...table(['step', 'found'], rows),
  ].join('\n');
}
