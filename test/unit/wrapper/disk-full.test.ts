import { describe, expect, it } from 'vitest';
import { unlessDiskFull } from '../../../wrapper/disk-full.js';

const failed = (code: number) => ({ code, cause: 'trainer' as const, reason: 'OSError: it failed' });

describe('a trainer that failed while it could not write', () => {
  it.each(['OSError: [Errno 28] No space left on device', 'ENOSPC: write', 'Disk quota exceeded'])(
    'is a failure of the machine: %s',
    async (said) => {
      expect(await unlessDiskFull(failed(1), '/tmp', said)).toMatchObject({
        code: 69,
        reason: expect.stringContaining('the disk of /tmp is full') as string,
      });
    },
  );

  it('stays what the trainer says when it refuses, was stopped, or had room', async () => {
    const said = 'No space left on device';
    expect(await unlessDiskFull(failed(64), '/tmp', said)).toMatchObject({ code: 64 });
    expect(await unlessDiskFull(failed(137), '/tmp', said)).toMatchObject({ code: 137 });
    expect(await unlessDiskFull(failed(1), '/tmp', 'ValueError')).toMatchObject({ code: 1 });
  });

  it('is one also without a word, on a file system without room', async () => {
    // No bytes are free there, whatever the machine.
    expect(await unlessDiskFull(failed(1), '/proc', '')).toMatchObject({ code: 69 });
  });
});
