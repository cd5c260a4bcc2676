import { beforeEach, describe, expect, it } from 'vitest';
import { STORE_NAMES, type StoreMark } from '../../../../contracts/store-ages.js';
import { advance } from '../../../../infra/store-ages/advance.js';
import type { MarkedStore } from '../../../../operations/ports/marked-store.js';

let held: Map<string, StoreMark>;
let refusing: string | undefined;
beforeEach(() => {
  held = new Map();
  refusing = undefined;
});

const stores: MarkedStore[] = STORE_NAMES.map((name) => ({
  name,
  read: async () => held.get(name),
  write: async (mark) => {
    if (name === refusing) throw new Error(`${name} is away`);
    held.set(name, mark);
  },
}));
const now = async (): Promise<Date> => new Date('2026-01-01T00:00:00Z');
const draw = (accepted?: number) => advance({ stores, now, accepted });
const epochs = (): (number | undefined)[] => STORE_NAMES.map((name) => held.get(name)?.epoch);

describe('advance', () => {
  it('draws a higher mark each time, for every store', async () => {
    await draw();
    expect(epochs()).toEqual([1, 1, 1]);
    await draw();
    expect(epochs()).toEqual([2, 2, 2]);
  });

  it.each(STORE_NAMES)('never lets stores drift apart while one is away: %s', async (name) => {
    await draw();
    refusing = name;
    for (let round = 0; round < 5; round += 1) await draw().catch(() => undefined);
    const [low, high] = [Math.min(...epochs().map(Number)), Math.max(...epochs().map(Number))];
    expect(high - low).toBeLessThanOrEqual(1);
    refusing = undefined;
    expect(await draw()).toMatchObject({ kind: 'same' });
    expect(new Set(epochs()).size).toBe(1);
  });

  it.each(STORE_NAMES)('notices that one store was restored, and writes nothing: %s', async (name) => {
    await draw();
    const copy = held.get(name);
    await draw();
    await draw();
    held.set(name, copy as StoreMark);
    const before = epochs();
    expect(await draw()).toMatchObject({ kind: 'differ', older: [name] });
    expect(epochs()).toEqual(before);
  });

  it('goes on once when the operator accepts it, and refuses the next one again', async () => {
    for (let round = 0; round < 4; round += 1) await draw();
    held.set('Temporal', { epoch: 1, at: '2026-01-01T00:00:00.000Z' });
    expect(await draw(3)).toMatchObject({ kind: 'differ' });
    expect(await draw(4)).toMatchObject({ kind: 'same' });
    expect(epochs()).toEqual([5, 5, 5]);
    held.set('PostgreSQL', { epoch: 2, at: '2026-01-01T00:00:00.000Z' });
    expect(await draw(4)).toMatchObject({ kind: 'differ' });
  });
});
