import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Metrics } from '../../../contracts/evidence.js';
import { MonitorInput, MonitorTarget, UpcomingTarget } from '../../../contracts/monitor.js';
import { RouteTable, ServedVersion } from '../../../contracts/release.js';
import { RetrainingInput } from '../../../contracts/retraining.js';
import { byKnownName, passedOn, tolerant, typedByPeople } from '../../../contracts/wire.js';

const Part = z.strictObject({
  limits: z.record(z.string(), z.strictObject({ max: z.number().optional() })).optional(),
  steps: z.array(z.union([z.strictObject({ rest: z.string() }), z.literal('end')])).default([]),
});

describe('a part of the model file in a message', () => {
  it('ignores unknown keys at every level, and is otherwise the same', () => {
    const value = { limits: { a: { max: 1, min: 0 } }, steps: [{ rest: '1h', why: 'x' }, 'end'], later: 1 };
    expect(tolerant(Part).parse(value)).toEqual({
      limits: { a: { max: 1 } },
      steps: [{ rest: '1h' }, 'end'],
    });
    expect(tolerant(Part).safeParse({ steps: ['start'] }).success).toBe(false);
    expect(tolerant(Part).parse({})).toEqual({ steps: [] });
  });

  it('stays strict in the model file', () => {
    tolerant(Part);
    expect(Part.safeParse({ limits: { a: { min: 0 } } }).success).toBe(false);
  });

  it('stays open where the model file takes any key', () => {
    expect(tolerant(z.looseObject({ a: z.number() })).parse({ a: 1, b: 2 })).toEqual({ a: 1, b: 2 });
  });
});

it('a message that people type refuses an unknown key, by its name', () => {
  const note = typedByPeople({ by: z.string() }).safeParse({ by: 'maya', reson: 'x' });
  expect(note.error?.message).toContain('reson');
});

describe('an object that is passed on', () => {
  const Target = passedOn({ version: z.int(), note: z.string().default('') });

  it('keeps the fields of a later version, and checks those that it knows', () => {
    const next = { version: 2, problem: { type: 'regression' } };
    expect(Target.parse(next)).toEqual({ ...next, note: '' });
    expect(Target.safeParse({ ...next, version: 'two' }).success).toBe(false);
  });

  it('is so in what a monitor, a retraining controller and a gateway keep', () => {
    const schemas = [MonitorInput, MonitorTarget, UpcomingTarget, RetrainingInput, RouteTable, ServedVersion];
    for (const schema of schemas) expect(schema.partial().parse({ later: 1 })).toMatchObject({ later: 1 });
  });
});

it('values by name leave out the names that only a later version knows', () => {
  const Figures = byKnownName(['mae', 'rmse'], z.number());
  expect(Figures.parse({ mae: 1, future: 2 })).toEqual({ mae: 1 });
  expect(Figures.safeParse({ mae: 'much' }).success).toBe(false);
  expect(Metrics.parse({ roc_auc: 0.9, future: 1 })).toEqual({ roc_auc: 0.9 });
});
