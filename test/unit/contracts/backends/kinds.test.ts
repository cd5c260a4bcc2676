import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineBackend } from '../../../../contracts/backends/define-backend.js';
import { BACKENDS } from '../../../../contracts/backends/index.js';
import { BackendName, Placement } from '../../../../contracts/spec/training.js';

it.each(Object.values(BACKENDS))('$name says what runs the jobs and how it is connected', (backend) => {
  expect(backend.summary).toMatch(/^[A-Z].{10,}\.$/);
  expect(backend.rule.length).toBeGreaterThan(20);
  expect(backend.connect).toMatch(/^MAINSPRING_[A-Z]+|^nothing/);
});

it('every backend can be named in a model file, and its options are its own', () => {
  expect(BackendName.options).toEqual(Object.keys(BACKENDS));
  expect(Placement.parse({ slurm: { partition: 'gpu' } })).toEqual({ slurm: { partition: 'gpu' } });
  expect(Placement.safeParse({ slurm: { queue: 'gpu' } }).success).toBe(false);
  expect(Placement.safeParse({ local: {} }).success, 'a backend without options takes none').toBe(false);
});

it('a backend that says too little does not compile', () => {
  const known = {
    name: 'near',
    summary: 'Near.',
    rule: 'near',
    connect: 'NEAR',
    form: z.strictObject({}),
  } as const;
  expect(defineBackend({ ...known, shared: true, assignsDevices: true }).name).toBe('near');
  // @ts-expect-error it is not said whether other installations use it
  defineBackend({ ...known, assignsDevices: true });
  // @ts-expect-error it is not said who assigns accelerators
  defineBackend({ ...known, shared: true });
  // @ts-expect-error a backend that nobody can read about
  defineBackend({ name: 'near', form: undefined, connect: 'NEAR', shared: true, assignsDevices: true });
  // @ts-expect-error a backend that is not in the generated index
  expect(BACKENDS.near).toBeUndefined();
});
