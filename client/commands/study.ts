import { MAX_TRIALS } from '../../contracts/spec/training.js';
import type { StudyProgress } from '../../contracts/study.js';
import type { RunName } from '../../operations/lookup/find-run.js';
import { figure, span } from '../output/figures.js';
import { table } from '../output/table.js';
import {
  byOption,
  type Command,
  type CommandDefinition,
  type Output,
  defineCommand,
  runOption,
} from './command.js';
import { limitOption, neededWholeNumber } from './numbers.js';

const counted = (counts: Record<string, number | undefined>): string =>
  Object.entries(counts)
    .filter(([, count]) => count)
    .map(([state, count]) => `${(count ?? 0).toLocaleString('en-US')} ${state}`)
    .join(', ');

const show = defineCommand({
  usage: '$0 <run>',
  summary: 'Leaderboard and progress of the search of a run',
  options: (yargs) =>
    yargs.positional('run', runOption).option('limit', limitOption(20, 'Best trials, at most so many')),
  run: async ({ run, limit }, { mainspring, paint }) => {
    const view = await mainspring().studies.get(run, { limit });
    const { leaderboard, counts, trials } = view;
    const head = ['trial', 'state', leaderboard?.objective.metric ?? 'value', 'wall time', 'parameters'];
    const rows = trials.map((trial) => [
      `#${trial.trial}`,
      trial.state,
      figure(trial.value),
      trial.spend ? span(trial.spend.wallSeconds) : '',
      trial.reason?.split('\n')[0] ??
        Object.entries(trial.params)
          .map(
            ([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`,
          )
          .join(' '),
    ]);
    const live = leaderboard
      ? `${leaderboard.done.toLocaleString('en-US')} of ${leaderboard.total.toLocaleString('en-US')} trials done, ${counted({ 'stopped early': leaderboard.stopped, failed: leaderboard.failed, running: leaderboard.running }) || 'none running'}.`
      : `The search is over, or no worker answers. Trials: ${counted(counts) || 'none on record'}.`;
    return {
      json: view,
      text: [
        live,
        ...(leaderboard?.held === undefined ? [] : [paint.warn(leaderboard.held)]),
        ...(rows.length === 0 ? [] : [table(head.map(paint.faint), rows)]),
      ].join('\n'),
    };
  },
});

const told = (name: RunName & StudyProgress, what: string): Output => ({
  json: name,
  text: `${what} ${name.model}/${name.run}: ${name.succeeded} of ${name.total} trials done, ${name.running} running.`,
});

const note = (
  verb: 'pause' | 'resume' | 'stop',
  summary: string,
  what: string,
): CommandDefinition<{ run: string; by: string | undefined; reason: string }> => ({
  usage: `${verb} <run>`,
  summary,
  options: (yargs) =>
    yargs
      .positional('run', runOption)
      .option('by', byOption)
      .option('reason', { type: 'string', demandOption: true, describe: 'Why, for the record' }),
  run: async ({ run, by, reason }, { mainspring }) =>
    told(await mainspring().studies[verb](run, { by, reason }), what),
});

const extend = defineCommand({
  usage: 'extend <run>',
  summary: 'Try so many points more',
  options: (yargs) =>
    yargs
      .positional('run', runOption)
      .option('by', byOption)
      .option('trials', neededWholeNumber('trials', { describe: 'How many more', most: MAX_TRIALS })),
  run: async ({ run, by, trials }, { mainspring }) =>
    told(await mainspring().studies.extend(run, { by, trials }), 'Extended'),
});

const parts = [
  defineCommand(note('pause', 'Start no new trial; running trials go on', 'Paused')),
  defineCommand(note('resume', 'Go on after a pause', 'Going on with')),
  extend,
  defineCommand(note('stop', 'Stop the running trials; the best trial so far wins', 'Stopping')),
  show,
];

/** Group of commands about a search: `study <run>`, and the steps that people may take. */
export const study: Command = {
  usage: 'study <command>',
  summary: 'The search of a run: leaderboard, and pause, resume, extend, stop',
  register: (yargs, answer) =>
    yargs.command('study <command>', study.summary, (inner) => {
      for (const part of parts) part.register(inner, answer);
      return inner.strict();
    }),
};
