import { describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../../../../activities/ports/job-backend.js';
import type { JobOrder } from '../../../../../../activities/ports/job-order.js';
import { openSlurmBackend } from '../../../../../../infra/adapters/jobs/slurm/slurm.js';
import {
  commentOf,
  labelsOf,
  sbatchArguments,
} from '../../../../../../infra/adapters/jobs/slurm/submission.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const request = (resources: Partial<JobOrder['resources']> = {}, placement = {}): JobRequest => ({
  jobKey: 'ms-abc-a1',
  engineId: 'prod:eu',
  jobDigest: 'd'.repeat(64),
  placement,
  order: {
    resources: { cpus: 4, memory: '1.5GiB', gpus: 0, nodes: 1, ...resources },
    deadline: '2026-01-01T06:00:00Z',
    timing: { beatMs: 1, leaseMs: 1, graceMs: 25_000 },
  } as JobOrder,
});
const options = (asked: JobRequest) => sbatchArguments(asked, { log: '/j/log.txt', cwd: '/j', now });

describe('the arguments of sbatch', () => {
  it('make one native job of one attempt, known by name and comment', () => {
    expect(options(request())).toEqual(
      expect.arrayContaining([
        '--parsable',
        '--no-requeue',
        '--dependency=singleton',
        '--job-name=ms-abc-a1',
        `--comment=prod:eu:${'d'.repeat(64)}`,
        '--nodes=1',
        '--cpus-per-task=4',
        '--mem=1536M',
        '--output=/j/log.txt',
        '--chdir=/j',
      ]),
    );
  });

  it('leave the deadline to the wrapper, with the grace and the last upload before Slurm steps in', () => {
    // Six hours and 35 seconds, in whole minutes, and two for Slurm's rounding.
    expect(options(request())).toEqual(expect.arrayContaining(['--time=363', '--signal=B:TERM@35']));
  });

  it.each([
    [{ gpus: 2 }, '--gres=gpu:2'],
    [{ gpus: 2, gpuType: 'h100' }, '--gres=gpu:h100:2'],
  ])('ask for accelerators: %o', (resources, expected) => {
    expect(options(request(resources))).toContain(expected);
  });

  it('ask for no accelerator and no placement if none is named', () => {
    expect(options(request()).join(' ')).not.toMatch(/gres|partition|account|qos|constraint/);
  });

  it('name the place', () => {
    const slurm = { partition: 'a100', account: 'ml', qos: 'high', constraint: 'ib&gpu' };
    expect(options(request({}, { slurm }))).toEqual(
      expect.arrayContaining(['--partition=a100', '--account=ml', '--qos=high', '--constraint=ib&gpu']),
    );
  });
});

describe('the comment of a job', () => {
  it('is read back as it was written, also with a colon in the label of the installation', () => {
    expect(labelsOf(commentOf(request()))).toEqual({ engineId: 'prod:eu', jobDigest: 'd'.repeat(64) });
  });

  it.each(['', '(null)', 'somebody’s note'])('that is not ours (%s) belongs to nobody', (comment) => {
    expect(labelsOf(comment).engineId).toBe('');
  });
});

describe('a machine without Slurm’s commands', () => {
  it('is told what to do, and knows of no job', async () => {
    const stage = { engineId: 'prod', dataDir: '/nowhere', wrapper: '', sdk: '', cache: '', s3: {} as never };
    const backend = openSlurmBackend({ ...stage, environment: { PATH: '/nowhere' } }, { conf: null });
    const unreachable = {
      kind: 'unreachable',
      reason: expect.stringContaining('put Slurm’s commands on the PATH') as string,
    };
    expect(await backend.find('ms-abc-a1')).toEqual(unreachable);
    expect(await backend.list('prod')).toEqual(unreachable);
  });
});
