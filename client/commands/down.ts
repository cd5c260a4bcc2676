import { defineCommand } from './command.js';
import { stackFolder } from './stack-folder.js';

export const down = defineCommand({
  usage: 'down',
  summary: 'Stop the local stack from another terminal; runs go on at the next start',
  options: (yargs) =>
    yargs.option('data-dir', {
      type: 'string',
      requiresArg: true,
      describe: 'Of this stack; default: .mainspring here or above',
    }),
  run: async ({ dataDir }, { environment, note }) => {
    const { findDataDir } = await import('../../infra/config.js');
    const directory = stackFolder(dataDir ?? findDataDir(environment, process.cwd()));
    const { stopStack } = await import('../../infra/dev/stack.js');
    const stopped = await stopStack(directory, note);
    return {
      json: { dataDir: directory, stopped },
      text: stopped ? `Stopped the stack of ${directory}.` : `No stack runs in ${directory}.`,
    };
  },
});
