import { z } from 'zod';
import { defineOperation } from '../operation.js';
import type { StoredKind } from '../ports/storage.js';

export const HeldObjects = z.strictObject({
  /** First part of the objects' keys. */
  kind: z.string(),
  objects: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** The purpose of the objects, and the time at which they are removed, in words. */
  why: z.string(),
});
export type HeldObjects = z.infer<typeof HeldObjects>;

export const HeldStorage = z.strictObject({
  held: z.array(HeldObjects),
  /** False if the bucket holds more objects than were counted. */
  complete: z.boolean(),
});
export type HeldStorage = z.infer<typeof HeldStorage>;

const WHY: Record<string, string> = {
  blobs: 'code, data, models and reports that runs, versions and remembered steps name; kept',
  checkpoints:
    'checkpoints: superseded ones go ten minutes after their attempt, the last one of an intent without a result after MAINSPRING_KEEP_JOBS_DAYS',
  logs: 'uploaded output of jobs; goes MAINSPRING_KEEP_LOGS_DAYS after their end',
  series: 'curves of trainings; go with the logs',
  beats: 'last signs of life of attempts; go with the logs',
  gangs: 'how machines of one job met; goes with the logs',
  claims: 'which process works on an attempt; kept, so that no copy begins later',
  marks: 'the mark by which a restored store is known; kept',
  heads: 'the state of each intent, which keeps late processes from writing; kept',
};
const OTHERS = 'written by the gateway or by monitoring; kept';

const held = ({ kind, objects, bytes }: StoredKind): HeldObjects => ({
  kind,
  objects,
  bytes,
  why: WHY[kind] ?? OTHERS,
});

export const storage = defineOperation({
  name: 'system.storage',
  summary: 'What the object store holds, how much, and when it goes',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: HeldStorage,
  http: { method: 'GET', path: '/v1/storage' },
  run: async (services, _input, _caller, signal): Promise<HeldStorage> => {
    const { kinds, complete } = await (await services.storage()).usage(signal);
    return { held: kinds.map(held).sort((a, b) => b.bytes - a.bytes), complete };
  },
});
