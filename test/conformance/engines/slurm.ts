import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openSlurmBackend } from '../../../infra/adapters/jobs/slurm/slurm.js';
import { type TestSlurm, startSlurm } from '../../support/slurm/slurm.js';
import { until } from '../../support/until.js';
import type { Engine } from '../engine.js';
import { slurmTraps } from './slurm-traps.js';

const PACKAGES = 'slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge';
const onPath = (command: string): Promise<boolean> =>
  promisify(execFile)('sh', ['-c', `command -v ${command}`]).then(
    () => true,
    () => false,
  );

/** All resources of a node, so that no other job fits beside it. */
const WHOLE = ['--nodes=1', '--cpus-per-task=2', '--mem=4000M', '--partition=main'];

const started = (slurm: TestSlurm, id: string) =>
  until(async () => (await slurm.run('squeue', '-h', '-j', id, '-o', '%T')) === 'RUNNING');
const ended = async (slurm: TestSlurm, ids: string[]): Promise<void> => {
  await slurm.run('scancel', ...ids);
  await until(async () => (await slurm.run('squeue', '-h', '-j', ids.join(','), '-o', '%T')) === '');
};

export const slurm: Engine = {
  name: 'slurm',
  description:
    'A real slurmctld and two slurmd on 127.0.0.1 with four false GPUs each and a munge key of their own, all in a temporary folder; nothing under /etc is read or written.',
  needs: async () => [
    {
      what: 'root, for munge and for the cgroups that enforce memory',
      met: process.getuid?.() === 0,
      remedy: 'run it as root, e.g. in a container',
    },
    ...(await Promise.all(
      ['slurmctld', 'slurmd', 'sbatch', 'munged'].map(async (command) => ({
        what: `${command} on the PATH`,
        met: await onPath(command),
        remedy: `apt-get install --no-install-recommends ${PACKAGES}`,
      })),
    )),
  ],
  start: async () => {
    const cluster = await startSlurm();
    const nodeOf = (id: string) => cluster.run('squeue', '-h', '-a', '-t', 'all', '-j', id, '-o', '%N');
    return {
      backend: (options) => openSlurmBackend(options, { conf: cluster.conf }),
      // Jobs of partition `spot` are pre-empted for those of `main`.
      placement: { slurm: { partition: 'spot' } },
      nativeJobs: async (jobKey) => (await cluster.states(jobKey)).length,
      faults: {
        occupy: async () => {
          const ids: string[] = [];
          for (const _ of cluster.nodes) ids.push(await cluster.submitSleep(...WHOLE));
          for (const id of ids) await started(cluster, id);
          return () => ended(cluster, ids);
        },
        stopController: async () => {
          await cluster.writtenDown();
          await cluster.controller.kill();
        },
        startController: cluster.controller.start,
        forgetting: cluster.forgetting,
        forgottenJobs: 'are killed',
        preempt: async ({ nativeId }) => {
          const id = await cluster.submitSleep(...WHOLE, `--nodelist=${await nodeOf(nativeId)}`);
          await started(cluster, id);
          await ended(cluster, [id]);
        },
        loseNode: async ({ nativeId }) => {
          const node = await nodeOf(nativeId);
          await cluster.node.kill(node);
          return async () => void (await cluster.node.start(node));
        },
        ...(cluster.enforcesMemory && { enforcesMemory: true as const }),
        gpus: 4,
        machines: cluster.nodes.length,
      },
      traps: (bench) => slurmTraps(cluster, bench),
      stop: cluster.stop,
    };
  },
};
