import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRayBackend } from '../../../infra/adapters/jobs/ray/ray.js';
import { openRayJobsApi } from '../../../infra/adapters/jobs/ray/jobs-api.js';
import { RAY_VERSION, rayHome, startRayHead } from '../../support/ray/head.js';
import type { Engine } from '../engine.js';
import { rayTraps } from './ray-traps.js';

const CPUS = 8;
const GPUS = 4;

/** A head that is also the only node. Its GPUs are only counted. */
export const ray: Engine = {
  name: 'ray',
  description: `Ray ${RAY_VERSION}, one head with ${CPUS} CPUs and ${GPUS} GPUs that are only counted, on free ports and with a token; the Jobs API on 127.0.0.1. Its files are in a temporary folder.`,
  needs: async () => [
    {
      what: `Ray ${RAY_VERSION} in ${rayHome}`,
      met: existsSync(join(rayHome, '.complete')),
      remedy: 'sh test/support/ray/install.sh',
    },
  ],
  start: async () => {
    const head = await startRayHead({ cpus: CPUS, gpus: GPUS });
    const api = openRayJobsApi(head);
    let fillers = 0;

    const occupy = async (): Promise<() => Promise<void>> => {
      fillers += 1;
      const id = `filler-${fillers}`;
      await api.submit({
        submission_id: id,
        entrypoint: 'exec sleep 3600',
        runtime_env: { env_vars: {} },
        metadata: {},
        entrypoint_num_cpus: CPUS,
        entrypoint_num_gpus: GPUS,
        entrypoint_memory: 0,
        entrypoint_resources: {},
      });
      while ((await api.get(id))?.status !== 'RUNNING') await sleep(100);
      return async () => {
        await api.stop(id);
        while ((await api.get(id))?.status === 'RUNNING') await sleep(100);
      };
    };

    return {
      backend: (options) => openRayBackend(options, head),
      nativeJobs: async (jobKey) =>
        (await api.list()).filter(({ submission_id: id }) => id === jobKey).length,
      faults: {
        occupy,
        stopController: () => head.kill(),
        startController: () => head.start(),
        jobsDieWithController: true,
        forgetting: async (work) => {
          const done = await work();
          await head.kill();
          await head.start();
          return done;
        },
        forgottenJobs: 'are killed',
        gpus: GPUS,
      },
      traps: (bench) => rayTraps({ bench, head, occupy }),
      stop: () => head.stop(),
    };
  },
};
