import { describe, expect, it } from 'vitest';
import { toCaller } from '../../../../operations/caller.js';
import { operations } from '../../../../operations/index.js';
import type { Services } from '../../../../operations/ports/services.js';

const HEALTH = { nextWindow: '2001-02-01T00:00:00.000Z', dueAt: '2001-02-08T00:00:00.000Z', watermark: null };

/** A model whose monitor answers with its next window, or not at all; and what it was told. */
function monitored(health: object | undefined): { services: Services; told: unknown[] } {
  const told: unknown[] = [];
  const services = {
    records: async () => ({ registry: { models: async () => ['tiny'] } }),
    workflows: async () => ({
      ask: async () => health,
      signal: async (_id: string, _signal: object, sent: { watermark: string }) => {
        told.push(sent.watermark);
      },
    }),
  } as unknown as Services;
  return { services, told };
}
const send = (services: Services, watermark: string, leap?: boolean) =>
  operations.monitors.observe.run(
    services,
    { model: 'tiny', watermark, leap },
    toCaller({ name: 'ada' }),
    new AbortController().signal,
  );

describe('a watermark', () => {
  it('that leaps by years is refused, because it would close all windows between', async () => {
    const { services, told } = monitored(HEALTH);
    await expect(send(services, '2010-02-08T00:00:00Z')).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/is 3287 days after 2001-02-08.*at most 180/) as string,
      remedy: expect.stringContaining('`leap: true`') as string,
    });
    expect(told).toEqual([]);
  });

  it('is measured from the newest one where the next window cannot be closed, or from when long labels are there', async () => {
    const stuck = monitored({ ...HEALTH, watermark: '2003-02-08T00:00:00.000Z' });
    await send(stuck.services, '2003-02-09T00:00:00Z');
    const slow = monitored({ ...HEALTH, dueAt: '2001-12-08T00:00:00.000Z' });
    await send(slow.services, '2001-12-09T00:00:00Z');
    expect([...stuck.told, ...slow.told]).toHaveLength(2);
    await expect(send(stuck.services, '2013-02-09T00:00:00Z')).rejects.toThrow(
      /after 2003-02-08.*the newest watermark/,
    );
  });

  it('is taken up to 180 days ahead, beyond that when it says so, and when no worker can tell', async () => {
    const { services, told } = monitored(HEALTH);
    await send(services, '2001-08-07T00:00:00Z');
    await send(services, '2010-02-08T00:00:00Z', true);
    expect(told).toHaveLength(2);
    const unknown = monitored(undefined);
    await send(unknown.services, '2010-02-08T00:00:00Z');
    expect(unknown.told).toHaveLength(1);
  });
});
