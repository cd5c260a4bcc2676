import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { giveWay } from '../../../infra/give-way.js';

const started: ReturnType<typeof spawn>[] = [];
const start = (): number => {
  const child = spawn('sleep', ['60']);
  started.push(child);
  return child.pid!;
};
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

it('lowers the priority of a process', () => {
  const pid = start();
  giveWay(pid, 7);
  expect(getPriority(pid)).toBe(7);
});

it('never raises one', () => {
  const pid = start();
  setPriority(pid, 12);
  giveWay(pid, 7);
  expect(getPriority(pid)).toBe(12);
});

it('does nothing for a process that is over', async () => {
  const pid = start();
  const ended = once(started[0]!, 'exit');
  started[0]!.kill('SIGKILL');
  await ended;
  expect(() => giveWay(pid, 7)).not.toThrow();
});
