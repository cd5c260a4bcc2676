import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSlurmBackend } from '../../../../../../infra/adapters/jobs/slurm/slurm.js';

const marked = 'ms-wuv56oztrc-3ymlgxn52wbfcmzoptae-a1';
const unmarked = 'ms-3ymlgxn52wbfcmzoptae-a1';

/** Commands of a cluster with one running job, which write down what they were asked to cancel. */
let folder: string;
async function cluster(name: string, comment: string) {
  const line = ['7', name, 'RUNNING', '0:0', '10', 'None', 'n1', comment, ''].join('|');
  const commands = {
    scontrol: 'exit 0',
    squeue: `echo '${line}'`,
    scancel: `echo "$@" >>${folder}/cancelled`,
  };
  for (const [command, body] of Object.entries(commands)) {
    await writeFile(join(folder, command), `#!/bin/sh\n${body}\n`);
    await chmod(join(folder, command), 0o755);
  }
  const stage = { dataDir: folder, wrapper: '', sdk: '', cache: '', s3: {} as never };
  const environment = { PATH: `${folder}:/usr/bin:/bin` };
  return openSlurmBackend({ ...stage, engineId: 'engine-1', environment }, { conf: null });
}
const cancelled = () => readFile(join(folder, 'cancelled'), 'utf8').catch(() => '');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainspring-slurm-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['of this installation', marked, 'engine-1:digest'],
  ['of this installation, begun by an earlier version', unmarked, 'engine-1:digest'],
  ['of an earlier version without an engine id', unmarked, 'local:digest'],
])('a Slurm job %s is watched and cancelled', async (_, jobKey, comment) => {
  const backend = await cluster(jobKey, comment);
  const handle = { jobKey, nativeId: '7', nativeUid: null };
  expect(await backend.status(handle)).toEqual({ kind: 'running' });
  await backend.cancel(handle, { kill: true });
  expect(await cancelled()).toContain('7');
});

it.each([
  ['another installation', marked, 'engine-2:digest'],
  ['another installation, under a name of an earlier version', unmarked, 'engine-2:digest'],
  ['nobody that is known', marked, 'a note'],
])('a Slurm job of %s is neither listed nor watched nor cancelled', async (_, jobKey, comment) => {
  const backend = await cluster(jobKey, comment);
  for (const nativeUid of [null, comment]) {
    const handle = { jobKey, nativeId: '7', nativeUid };
    expect(await backend.status(handle)).toEqual({ kind: 'absent' });
    await backend.cancel(handle, { kill: true });
    await backend.cancel(handle, { kill: false });
  }
  expect(await backend.list('engine-1')).toEqual({ kind: 'listed', jobs: [] });
  expect(await cancelled()).toBe('');
});
