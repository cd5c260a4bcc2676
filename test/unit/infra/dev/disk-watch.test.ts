import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchDisk } from '../../../../infra/dev/disk-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says once that the disk is full, shows it as long as it is, and says when there is room again', async () => {
  let full: string[] = [];
  const said: string[] = [];
  const watch = watchDisk(
    ['/data'],
    (line) => said.push(line),
    async () => ({ full, low: [], rooms: [] }),
    1_000,
  );
  await vi.advanceTimersByTimeAsync(2_000);
  expect(said).toEqual([]);

  full = ['/data: 3 MiB free'];
  await vi.advanceTimersByTimeAsync(3_000);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('the disk is full: /data: 3 MiB free');
  expect(watch.notice()).toContain('/data');

  full = [];
  await vi.advanceTimersByTimeAsync(3_000);
  expect(said.slice(1)).toEqual(['the disk has room again']);
  expect(watch.notice()).toBe('');
  watch.stop();
});
