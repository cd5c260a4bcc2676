import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stateOf, watchClock } from '../../../workers/clock-watch.js';

const HOUR = 3_600_000;
let aheadMs: number | undefined;
const said: string[] = [];
const states: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  aheadMs = 0;
  said.length = states.length = 0;
});
afterEach(() => vi.useRealTimers());

const aWatch = () =>
  watchClock({
    read: async () => (aheadMs === undefined ? [] : [{ server: 'PostgreSQL', aheadMs }]),
    tell: async (verdict) => {
      states.push(stateOf(verdict));
      throw new Error('the database is away');
    },
    warn: (sentence) => said.push(sentence),
    everyMs: 1_000,
  });

it('lets a worker begin while its clock is right', async () => {
  const watch = await aWatch();
  await watch.right(new AbortController().signal);
  expect(said).toEqual([]);
  expect(states).toEqual(['running']);
  watch.close();
});

it('keeps a worker waiting whose clock is off, names it, and lets it begin after the mending', async () => {
  aheadMs = HOUR;
  const watch = await aWatch();
  let began = false;
  const waiting = watch.right(new AbortController().signal).then(() => (began = true));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(began).toBe(false);
  expect(states.at(-1)).toBe('waits: its clock is 1 hour ahead of PostgreSQL');
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('1 hour ahead of PostgreSQL');

  aheadMs = 0;
  await vi.advanceTimersByTimeAsync(1_000);
  await waiting;
  expect(states.at(-1)).toBe('running');
  watch.close();
});

it('stops a running worker when its clock begins to be off, and not for a server that is away', async () => {
  const watch = await aWatch();
  const stop = vi.fn();
  watch.whenOff(stop);
  aheadMs = undefined;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(stop).not.toHaveBeenCalled();
  aheadMs = -HOUR;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stop).toHaveBeenCalled();
  expect(watch.isOff()).toBe(true);
  watch.close();
});

it('says it again every minute', async () => {
  aheadMs = HOUR;
  const watch = await aWatch();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(said.length).toBeGreaterThanOrEqual(3);
  watch.close();
});

it('ends the wait when the process is asked to end', async () => {
  aheadMs = HOUR;
  const watch = await aWatch();
  const stopping = new AbortController();
  const waiting = watch.right(stopping.signal);
  stopping.abort(new Error('ended'));
  await expect(waiting).rejects.toThrow('ended');
  watch.close();
});
