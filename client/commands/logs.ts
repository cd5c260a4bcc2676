import { INTERRUPTED, defineCommand } from './command.js';
import { wholeNumber } from './numbers.js';

export const logs = defineCommand({
  usage: 'logs <job>',
  summary: 'The log of a training job, live or afterwards, on every backend',
  options: (yargs) =>
    yargs
      .positional('job', {
        type: 'string',
        demandOption: true,
        describe: 'Job key, <model>/<run>/<name>, or a run',
      })
      .option('follow', { type: 'boolean', alias: 'f', default: false, describe: 'Until the job is over' })
      .option('attempt', wholeNumber('attempt', { describe: 'Of the job; default: the newest', example: 2 }))
      .option('tail', wholeNumber('tail', { describe: 'Only so many last lines', least: 0, example: 20 })),
  run: async ({ job: name, follow, attempt, tail }, { mainspring, note, line, signal }) => {
    const found = await mainspring().jobs.get(name, { attempt });
    const { jobKey, intent, state } = found;
    note(`${intent}, attempt ${found.attempt} (${state}), ${jobKey} on ${found.backend}`);
    let isEmpty = true;
    const options = { follow, signal, tail };
    for await (const { lines } of mainspring().jobs.logs(jobKey, options)) {
      isEmpty = false;
      for (const text of lines) line({ json: { jobKey, text }, text });
    }
    if (signal.aborted) return { json: undefined, text: '', exitCode: INTERRUPTED };
    if (isEmpty && tail !== 0) note('The job has not printed yet, or its log is not uploaded yet.');
    return undefined;
  },
});
