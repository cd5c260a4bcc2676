import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureType } from '../../../contracts/failures.js';
import { environmentPath } from '../../../infra/adapters/jobs/environment-path.js';
import { openPythonEnvironments } from '../../../infra/adapters/jobs/python-environments.js';
import { type TrainingBench, trainingBench } from '../../support/training/bench.js';

const run = promisify(execFile);
let bench: TrainingBench;
beforeAll(async () => {
  bench = await trainingBench({ ownEnvironments: true });
});
afterAll(() => bench?.close());

const lock = (content: string) => bench.artifacts.put(content, 'text/plain');
const environments = (python = 'python3') =>
  openPythonEnvironments({
    dataDir: bench.dataDir,
    python,
    artifacts: bench.artifacts,
    environment: process.env,
  });
const { signal } = new AbortController();

describe('the environment of a trainer', () => {
  it('is built once, also by two processes that want it at the same time', async () => {
    const ref = await lock('# nothing to install\n');
    const paths = await Promise.all(
      [environments(), environments(), environments()].map((e) => e.ensure(ref, signal)),
    );
    expect(new Set(paths).size).toBe(1);
    await access(join(paths[0]!, 'bin/python'));
    const marker = await stat(join(paths[0]!, '.complete'));
    await environments().ensure(ref, signal);
    expect((await stat(join(paths[0]!, '.complete'))).mtimeMs).toBe(marker.mtimeMs);
    expect(
      (await readdir(join(bench.dataDir, 'environments'))).filter((name) => name.includes('lock')),
    ).toEqual([]);
  });

  it('has the packages of its lock file', async () => {
    const ref = await lock('iniconfig==2.0.0\n');
    const path = await environments().ensure(ref, signal);
    const folders = await readdir(join(path, 'lib'));
    const packages = await readdir(join(path, 'lib', folders[0]!, 'site-packages'));
    expect(packages).toContain('iniconfig');
  });

  it('fails with pip’s last lines when its lock file cannot be installed', async () => {
    const ref = await lock('this is no requirement ==\n');
    await expect(bench.act(bench.activities.buildEnvironment, { environment: ref })).rejects.toMatchObject({
      type: FailureType.EnvironmentBroken,
      message: expect.stringContaining('this is no requirement') as string,
    });
  });

  it('names the interpreter that is not there, and the remedy', async () => {
    const ref = await lock('# another\n');
    await expect(environments('no-such-python').ensure(ref, signal)).rejects.toMatchObject({
      message: expect.stringContaining('no-such-python') as string,
      remedy: expect.stringContaining('Install Python 3.10 or newer') as string,
    });
  });

  it('is built by one process: the pip of a killed builder is ended first', async () => {
    const ref = await lock('# orphaned\n');
    const path = environmentPath(bench.dataDir, ref);
    const orphan = spawn('sleep', ['600'], { env: { ...process.env, MAINSPRING_BUILDS: path } });
    const ended = once(orphan, 'exit');

    await environments().ensure(ref, signal);

    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('is built afresh after a build that was cut short', async () => {
    const ref = await lock('# cut short\n');
    const cut = new AbortController();
    const building = environments().ensure(ref, cut.signal);
    cut.abort();
    await expect(building).rejects.toThrow();
    await access(join(await environments().ensure(ref, signal), '.complete'));
  });

  it('is built with its own pip if the machine has none', async () => {
    const without = join(bench.dataDir, 'bare');
    await run('python3', ['-m', 'venv', '--without-pip', without]);
    const path = await environments(join(without, 'bin/python')).ensure(
      await lock('iniconfig==2.0.0 # own\n'),
      signal,
    );
    await run(join(path, 'bin/python'), ['-c', 'import iniconfig, pip']);
  }, 180_000);
});
