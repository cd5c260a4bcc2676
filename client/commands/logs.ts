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
      .option('attempt', { type: 'number', requiresArg: true, describe: 'Of the job; default: the newest' })
      .option('tail', { type: 'number', requiresArg: true, describe: 'Only so many last lines' }),
  run: async ({ job: name, follow, attempt, tail }, { mainspring, note, line, signal }) => {
    wholeNumber('attempt', attempt, 1, 2);
    wholeNumber('tail', tail, 0, 20);
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
