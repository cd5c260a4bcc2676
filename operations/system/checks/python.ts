import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Check, ok } from './check.js';

const run = promisify(execFile);

export const python: Check = {
  what: 'Python',
  look: async ({ settings }) => {
    try {
      const { stdout } = await run(settings.python, ['--version']);
      const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
      if (major === 3 && (minor ?? 0) >= 10) return ok(stdout.trim());
      return { verdict: 'fail', detail: stdout.trim(), remedy: 'Trainers need Python 3.10 or newer.' };
    } catch {
      return {
        verdict: 'fail',
        detail: `${settings.python} does not start`,
        remedy: 'Install Python 3.10 or newer, or name it in MAINSPRING_PYTHON.',
      };
    }
  },
};
