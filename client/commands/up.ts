import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { defineCommand } from './command.js';

export const up = defineCommand({
  usage: 'up',
  summary: 'Start the local stack: servers, worker pools, gateway; Ctrl-C stops it',
  options: (yargs) =>
    yargs
      .option('data-dir', {
        type: 'string',
        requiresArg: true,
        describe: 'Where it keeps everything; default: .mainspring',
      })
      .option('ports', {
        choices: ['stable', 'auto'] as const,
        default: 'stable' as const,
        describe: 'auto: free ports',
      }),
  run: async ({ dataDir, ports }, { environment }) => {
    const { root } = await import('../../infra/code.js');
    // A separate process, because the stack installs missing packages before it can import anything.
    const args = [
      join(root, 'infra/dev/start.mjs'),
      '--no-job',
      '--ports',
      ports,
      ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ];
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...environment } });
    // Ctrl-C in a terminal reaches the child directly. A TERM reaches only this process, so it is passed on.
    const pass = (): void => void child.kill('SIGTERM');
    process.once('SIGTERM', pass);
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    });
    process.removeListener('SIGTERM', pass);
    return { json: { stopped: true }, text: '', exitCode };
  },
});
