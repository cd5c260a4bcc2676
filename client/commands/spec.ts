import type { Command } from './command.js';
import { specCheck } from './spec-check.js';
import { specExplain } from './spec-explain.js';

const parts = [specCheck, specExplain];

/** Group of commands that need no server: `spec check` and `spec explain`. */
export const spec: Command = {
  usage: 'spec <command>',
  summary: 'Check a model file, or explain its fields',
  register: (yargs, answer) =>
    yargs.command('spec <command>', spec.summary, (inner) => {
      for (const part of parts) part.register(inner, answer);
      return inner.demandCommand(1, 'Name a command: spec check or spec explain').strict();
    }),
};
