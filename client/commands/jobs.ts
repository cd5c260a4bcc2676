import { span } from '../output/figures.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

export const jobs = defineCommand({
  usage: 'jobs [run]',
  summary: 'Training jobs, with what they cost and why they ended',
  options: (yargs) =>
    yargs
      .positional('run', { type: 'string', describe: 'Of this run only' })
      .option('model', { type: 'string', describe: 'Of this model only' })
      .option('limit', { type: 'number', default: 50, describe: 'Newest, at most so many' }),
  run: async ({ run, model, limit }, { mainspring, paint }) => {
    const found = await mainspring().jobs({
      limit,
      ...(run === undefined ? {} : { run }),
      ...(model === undefined ? {} : { model }),
    });
    const rows = found.map((job) => [
      job.intent,
      String(job.attempt),
      job.class !== null && job.class !== job.state ? `${job.state} (${job.class})` : job.state,
      job.spend ? span(job.spend.wallSeconds) : '',
      job.backend,
      job.nativeId ?? '',
      job.reason ?? '',
    ]);
    const head = ['intent', 'attempt', 'state', 'wall time', 'backend', 'native id', 'reason'].map(
      paint.faint,
    );
    return { json: found, text: found.length === 0 ? 'No jobs.' : table(head, rows) };
  },
});
