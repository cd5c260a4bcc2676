import { showMetrics } from '../output/figures.js';
import { defineCommand, runOption } from './command.js';

export const report = defineCommand({
  usage: 'report <run>',
  summary: 'The evaluation report: a signed link, or a file',
  options: (yargs) =>
    yargs
      .positional('run', runOption)
      .option('out', { type: 'string', requiresArg: true, describe: 'Write the HTML to this file' }),
  run: async ({ run, out }, { mainspring, paint }) => {
    const found = await mainspring().lifecycles.report(run, out === undefined ? {} : { out });
    return {
      json: found,
      text: [
        `${paint.strong(`${found.model}/${found.run}`)}  ${showMetrics(found.metrics.candidate)}`,
        ...(found.metrics.champion ? [`champion  ${showMetrics(found.metrics.champion)}`] : []),
        `evidence ${found.evidenceDigest.slice(0, 12)}`,
        found.path ?? `${found.link}\n${paint.faint('The link opens the report for an hour.')}`,
      ].join('\n'),
    };
  },
});
