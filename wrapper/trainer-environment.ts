import { delimiter, join } from 'node:path';
import type { JobOrder, JobSite } from '../activities/ports/job-order.js';
import { asStrings } from './config-files.js';
import type { Layout } from './layout.js';

/** Variables of the machine that a trainer may see. An allow list, so that no secret of the engine is passed on. */
const PASSED = [
  /^(HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|TERM)$/,
  /^(LD_LIBRARY_PATH|CUDA_.*|NVIDIA_.*|NCCL_.*|ROCR_.*|HIP_.*)$/,
  /^(MASTER_ADDR|MASTER_PORT|WORLD_SIZE|NODE_RANK)$/,
  /^(MLFLOW_TRACKING_URI|MLFLOW_RUN_ID)$/,
];

/** Device numbers are relative to the devices that the worker itself may see. */
function visible(devices: number[], own: string | undefined): string {
  const all = own === undefined || own === '' ? undefined : own.split(',');
  return devices.map((device) => all?.[device] ?? String(device)).join(',');
}

/**
 * The environment of trainer/v1, with the aliases of SageMaker and Vertex.
 *
 * @param resumeFrom folder of the checkpoint to go on from; undefined at the beginning
 */
export function trainerEnvironment(
  order: JobOrder,
  site: JobSite,
  layout: Layout,
  host: NodeJS.ProcessEnv,
  resumeFrom: string | undefined,
): Record<string, string> {
  const passed = Object.entries(host).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && PASSED.some((name) => name.test(entry[0])),
  );
  const alias = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  const cpus = String(order.resources.cpus);
  return {
    ...Object.fromEntries(passed),
    ...(order.devices === undefined
      ? {}
      : { CUDA_VISIBLE_DEVICES: visible(order.devices, host['CUDA_VISIBLE_DEVICES']) }),
    PATH: [join(site.environment, 'bin'), host['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    VIRTUAL_ENV: site.environment,
    PYTHONPATH: site.sdk,
    PYTHONUNBUFFERED: '1',
    TRAINER_CONTRACT: '1',
    TRAINER_BASE: layout.base,
    TRAINER_RUN_ID: order.runId,
    TRAINER_JOB_KEY: order.jobKey,
    TRAINER_ATTEMPT: String(order.attempt),
    TRAINER_SEED: String(order.seed),
    TRAINER_DEADLINE: order.deadline,
    TRAINER_GRACE_SECONDS: String(order.timing.graceMs / 1000),
    TRAINER_CPUS: cpus,
    OMP_NUM_THREADS: cpus,
    // Waiting threads sleep instead of spinning. Spinning threads took the cores from other jobs: a fit of 14 s took
    // 163 s.
    OMP_WAIT_POLICY: 'PASSIVE',
    ...(order.rungs === undefined ? {} : { TRAINER_REPORT_STEPS: order.rungs.steps.join(',') }),
    ...(resumeFrom === undefined ? {} : { TRAINER_RESUME_FROM: resumeFrom }),
    SAGEMAKER_BASE_DIR: layout.base,
    SM_HPS: JSON.stringify(order.params),
    SM_CHANNELS: JSON.stringify(Object.keys(order.channels).sort()),
    SM_MODEL_DIR: layout.model,
    SM_OUTPUT_DATA_DIR: join(layout.output, 'data'),
    SM_NUM_GPUS: String(order.resources.gpus),
    SM_NUM_CPUS: cpus,
    ...Object.fromEntries(
      Object.entries(asStrings(order.params)).map(([name, value]) => [`SM_HP_${alias(name)}`, value]),
    ),
    ...Object.fromEntries(
      Object.keys(order.channels).map((channel) => [
        `SM_CHANNEL_${alias(channel)}`,
        join(layout.data, channel),
      ]),
    ),
    AIP_MODEL_DIR: layout.model,
    AIP_CHECKPOINT_DIR: layout.checkpoints,
  };
}
