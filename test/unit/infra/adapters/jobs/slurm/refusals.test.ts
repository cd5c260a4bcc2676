import { describe, expect, it } from 'vitest';
import { remedyFor, wordsOf } from '../../../../../../infra/adapters/jobs/slurm/refusals.js';

const failed = (verdict: string, ...before: string[]): string =>
  [...before, `Batch job submission failed: ${verdict}`].map((line) => `sbatch: error: ${line}\n`).join('');
const POLICY = "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";

describe('a failed sbatch', () => {
  it.each([
    ['Invalid partition name specified', 'placement.slurm.partition'],
    ['No partition specified or system default partition', 'placement.slurm.partition'],
    ["User's group not permitted to use this partition", 'placement.slurm.partition'],
    ['Invalid account or account/partition combination specified', 'placement.slurm.account'],
    ['Invalid qos specification', 'placement.slurm.qos'],
    ['Requested time limit is invalid (missing or exceeds some limit)', 'training.deadline'],
    ['Node count specification invalid', 'training.resources.nodes'],
    ['Invalid feature specification', 'placement.slurm.constraint'],
    ['Requested node configuration is not available', 'training.resources'],
    ['Memory required by task is not available', 'training.resources'],
    ['More processors requested than permitted', 'training.resources'],
    ['CPU count specification invalid', 'training.resources'],
    ['Invalid generic resource (gres) specification', 'training.resources.gpus'],
    ['Some words of a later release', 'administrators'],
    ['Unspecified error', 'administrators'],
  ])('is a refusal, with what to change: %s', (verdict, field) => {
    expect(remedyFor(failed(verdict))).toContain(field);
  });

  it('is a refusal when sbatch itself does not understand an option', () => {
    expect(remedyFor('sbatch: error: Invalid generic resource (gres) specification\n')).toContain('gpus');
    expect(remedyFor('sbatch: unrecognized option --nowhere\n')).not.toBeNull();
  });

  it('is a refusal for a partition that is named “connection”', () => {
    const words = failed('Invalid partition name specified', 'invalid partition specified: connection');
    expect(remedyFor(words)).toContain('placement.slurm.partition');
  });

  it.each([
    'Unable to contact slurm controller (connect failure)',
    'Socket timed out on send/recv operation',
    'Zero Bytes were transmitted or received',
    'Slurm backup controller in standby mode',
    'Controller is in standby mode, try a different controller',
    'Communication connection failure',
    'Unable to create job record, try again',
    'Resource temporarily unavailable',
    'Connection refused',
    'Protocol authentication error',
    'Invalid authentication credential',
    'Error generating job credential',
    'I/O error writing script/environment to file',
    'Incompatible versions of client and server code',
    'Required partition not available (inactive or drain)',
    'Required node not available (down, drained or reserved)',
  ])('says nothing about the job: %s', (verdict) => {
    expect(remedyFor(failed(verdict))).toBeNull();
  });

  it.each([
    'sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\n',
    'sbatch: error: Munge encode failed: Failed to access "/run/munge/socket": No such file or directory\n',
    'sbatch: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host\nsbatch: fatal: Could not establish a configuration source\n',
  ])('says nothing about the job when it did not get as far as that: %s', (words) => {
    expect(remedyFor(words)).toBeNull();
  });

  it.each(['QOSMaxWallDurationPerJobLimit', 'QOSMaxCpuPerUserLimit', 'AssocMaxNodePerJobLimit'])(
    'is a refusal by a limit of its account: %s',
    (limit) => {
      expect(remedyFor(failed(POLICY, limit))).toContain('training.resources');
    },
  );

  it.each([['QOSMaxSubmitJobPerUserLimit'], ['AssocGrpSubmitJobsLimit'], []])(
    'is tried again while too many jobs of its account wait, or may: %s',
    (...limit) => {
      expect(remedyFor(failed(POLICY, ...limit))).toBeNull();
    },
  );
});

describe('the words of sbatch', () => {
  it('are its reason and its verdict, without its name', () => {
    const words = failed('Invalid partition name specified', 'invalid partition specified: nowhere');
    expect(wordsOf(words)).toBe(
      'invalid partition specified: nowhere; Batch job submission failed: Invalid partition name specified',
    );
  });

  it('are the last three lines of many', () => {
    expect(wordsOf('a\nb\nc\n\nd\n')).toBe('b; c; d');
  });
});
