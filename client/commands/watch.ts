import { createLogUpdate } from 'log-update';
import type { Watched } from '../../operations/lifecycles/watch.js';
import { changes, showWatched } from '../output/run-view.js';
import { INTERRUPTED, defineCommand, runOption } from './command.js';

/** Interval of redrawing: the seconds of a running stage are counted even if nothing else changes. */
const REDRAW_MS = 500;

export const watch = defineCommand({
  usage: 'watch <run>',
  summary: 'Follow a run until it ends: live on a terminal, plain lines otherwise',
  options: (yargs) => yargs.positional('run', runOption),
  run: async ({ run }, { mainspring, paint, json, isTerminal, line, signal }) => {
    let last: Watched | undefined;
    const isLive = isTerminal && !json;
    const screen = createLogUpdate(process.stdout);
    const draw = (): void => {
      if (last) screen(showWatched(last, paint, Date.now()));
    };
    const redraw = isLive ? setInterval(draw, REDRAW_MS) : undefined;
    try {
      for await (const now of mainspring().lifecycles.watch(run, { signal })) {
        const before = last;
        last = now;
        if (isLive) draw();
        else if (json) line({ json: now, text: '' });
        else
          for (const text of changes(before, now))
            line({ json: null, text: `${new Date().toISOString()} ${text}` });
      }
    } finally {
      clearInterval(redraw);
      if (isLive) {
        draw();
        screen.done();
      }
    }
    const isOver = last !== undefined && (last.ended !== null || last.state.outcome !== null);
    if (!isOver && signal.aborted) return { json: undefined, text: '', exitCode: INTERRUPTED };
    // Only a promoted run exits with 0. Scripts must see that a person or a gate declined a run.
    const isFailed = last !== undefined && (last.ended !== null || last.state.outcome === 'failed');
    const isDeclined =
      last?.state.outcome !== undefined && last.state.outcome !== null && last.state.outcome !== 'promoted';
    return { json: undefined, text: '', exitCode: isFailed ? 1 : isDeclined ? 3 : 0 };
  },
});
