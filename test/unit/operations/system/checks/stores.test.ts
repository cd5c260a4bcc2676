import { describe, expect, it } from 'vitest';
import type { StoreMark } from '../../../../../contracts/store-ages.js';
import type { Services } from '../../../../../operations/ports/services.js';
import { storeAges } from '../../../../../operations/system/checks/store-ages.js';
import { storeContents } from '../../../../../operations/system/checks/store-contents.js';

const mark = (epoch: number): StoreMark => ({ epoch, at: '2026-01-01T00:00:00.000Z' });

interface World {
  epochs?: [number, number, number];
  /** Releases that Temporal remembers. */
  releases?: string[];
  versions?: { version: number; aliases: string[]; artifact: { sha256: string } }[];
  /** Digests of the objects in the store. */
  objects?: string[];
  openInTemporal?: string[];
  openInDatabase?: { model: string; run: string; outcome: null }[];
}

async function* each<T>(values: T[]): AsyncGenerator<T> {
  for (const value of values) yield value;
}

/** Only what the two checks ask for. */
const services = (world: World): Services => {
  const [database, objects, temporal] = (world.epochs ?? [5, 5, 5]).map(mark);
  const runs = world.openInDatabase ?? [];
  return {
    settings: { engineId: 'engine-1' },
    records: async () => ({
      storeMark: async () => database,
      registry: {
        models: async () => ['tiny'],
        versions: async () => world.versions ?? [],
        run: async (model: string, run: string) => runs.find((one) => one.model === model && one.run === run),
        runs: async () => runs,
      },
    }),
    storage: async () => ({
      storeMark: async () => objects,
      artifacts: {
        find: async (sha256: string) => (world.objects?.includes(sha256) ? { sha256 } : undefined),
      },
    }),
    workflows: async () => ({
      storeMark: async () => temporal,
      releases: () => each(world.releases ?? []),
      openLifecycles: () => each((world.openInTemporal ?? []).map((id) => ({ id }))),
      status: async (id: string) => (world.openInTemporal?.includes(id) ? 'RUNNING' : undefined),
    }),
  } as unknown as Services;
};

describe('ages of the stores', () => {
  it('are the same while a mark is being written', async () => {
    expect(await storeAges.look(services({ epochs: [6, 5, 5] }))).toMatchObject({ verdict: 'ok' });
  });

  it('names the store that was restored, and what to do', async () => {
    const found = await storeAges.look(services({ epochs: [2, 90, 90] }));
    expect(found).toMatchObject({ verdict: 'fail' });
    expect(found.detail).toContain('PostgreSQL is at mark 2 of');
    expect(found.remedy).toContain('PostgreSQL is older than the rest');
  });
});

describe('contents of the stores', () => {
  const served = { version: 3, aliases: ['champion'], artifact: { sha256: 'a'.repeat(64) } };
  const whole: World = {
    releases: ['release/tiny/2', 'release/tiny/3'],
    versions: [served],
    objects: [served.artifact.sha256],
    openInTemporal: ['lifecycle/tiny/first'],
    openInDatabase: [{ model: 'tiny', run: 'first', outcome: null }],
  };

  it('agree', async () => {
    expect(await storeContents.look(services(whole))).toMatchObject({ verdict: 'ok' });
  });

  it.each<[string, World, string]>([
    [
      'a version that PostgreSQL has lost',
      { ...whole, versions: [{ ...served, version: 2 }] },
      'tiny: Temporal knows version 3, PostgreSQL 2 at most',
    ],
    [
      'a model that serves and is not in the object store',
      { ...whole, objects: [] },
      'tiny: the model of version 3 (champion) is not in the object store',
    ],
    ['a run that PostgreSQL has lost', { ...whole, openInDatabase: [] }, 'tiny/first: runs in Temporal'],
    ['a run that Temporal has lost', { ...whole, openInTemporal: [] }, 'tiny/first: is open in PostgreSQL'],
  ])('names %s', async (_what, world, words) => {
    const found = await storeContents.look(services(world));
    expect(found).toMatchObject({ verdict: 'fail' });
    expect(found.detail).toContain(words);
  });

  it('are compared only when asked for', () => {
    expect(storeContents.isDeep).toBe(true);
  });
});
