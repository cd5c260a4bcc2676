import { describe, expect, it } from 'vitest';
import type { AnyOperation } from '../../../operations/operation.js';
import { specInput } from '../../support/fixtures.js';
import { operations } from '../../../operations/index.js';
import { parseInput } from '../../../operations/parse-input.js';

const errorOf = (input: unknown, operation: AnyOperation = operations.pools.set): unknown => {
  try {
    parseInput(operation, input);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the input of an operation', () => {
  it('is refused with field, value and what is allowed', () => {
    expect(errorOf({ name: 'desk', backend: 'local', jobs: 0 })).toMatchObject({
      kind: 'usage',
      message: 'jobs is 0, allowed: a whole number, at least 1',
      issues: [{ path: 'jobs' }],
    });
    expect(errorOf({ name: 'desk', backend: 'local', weights: { vision: -1 } })).toMatchObject({
      message: 'weights.vision is -1, allowed: a number above 0',
    });
  });

  it.each([
    ['Infinity', { weights: { vision: Infinity } }, 'weights.vision is Infinity'],
    ['NaN', { jobs: NaN }, 'jobs is NaN'],
    ['a BigInt', { jobs: 3n }, 'jobs is 3'],
    ['a function', { jobs: () => 3 }, 'jobs is a function'],
  ])('is refused with %s, which JSON would lose on the way', (_what, fields, message) => {
    expect(errorOf({ name: 'desk', backend: 'local', ...fields })).toMatchObject({
      kind: 'usage',
      message: `${message}, which JSON cannot carry`,
    });
  });

  it('names the nearest field for an unknown one, and lists all of them', () => {
    expect(errorOf({ name: 'desk', backend: 'local', job: 1 })).toMatchObject({
      message: 'job is an unknown field',
      remedy: expect.stringMatching(/Did you mean "jobs"\? Fields: name, backend, .*weights/) as string,
    });
  });

  it('names every field that is wrong, missing ones too', () => {
    expect(errorOf({ name: 5 })).toMatchObject({
      message:
        'name is 5, allowed: text of 1 to 63 characters, without control characters; backend is missing, allowed: text of 1 to 100 characters, without control characters',
    });
  });

  it.each<[string, AnyOperation, object, string]>([
    ['nothing', operations.models.predict, { model: 'm' }, 'data is missing'],
    [
      'nothing else',
      operations.pools.set,
      { name: 'a', backend: 'b', jobs: 2 ** 60 },
      'jobs is .*, allowed: a whole number, 1 to 1000000',
    ],
    [
      'a large number',
      operations.pools.set,
      { name: 'a', backend: 'b', jobs: 2_000_000 },
      'jobs is 2000000, allowed: a whole number, 1 to 1000000',
    ],
    [
      'another type',
      operations.lifecycles.prepare,
      { spec: { ...specInput, data: 5 } },
      'spec.data is 5, allowed: an object',
    ],
    [
      'an empty list',
      operations.lifecycles.prepare,
      { spec: { ...specInput, data: { ...specInput.data, sources: [] } } },
      'spec.data.sources is .*, allowed: .*',
    ],
  ])('is explained in plain words for %s', (_what, operation, input, message) => {
    const { message: found } = errorOf(input, operation) as Error;
    expect(found).toMatch(new RegExp(`^${message}$`));
    expect(found).not.toMatch(/expected|Invalid|Too (small|big)|optional|>=|<=/);
  });

  it.each([null, 'text', [], 7])('is refused when it is no object: %j', (input) => {
    expect(errorOf(input)).toMatchObject({ kind: 'usage' });
  });

  it('names at most 20 wrong fields, however many there are', () => {
    const wrong = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`team${at}`, -1]));
    for (const input of [{ name: 'desk', backend: 'local', weights: wrong }, wrong])
      expect(errorOf(input)).toMatchObject({ issues: { length: 20 }, details: { length: 20 } });
  });

  const checks = (entry: unknown, count: number) => ({
    spec: { ...specInput, data: { ...specInput.data, checks: Array(count).fill(entry) } },
  });

  it.each<[string, unknown, RegExp]>([
    ['too many values', checks(1, 20_000), /^the input has more than 20000 values$/],
    ['too many entries', checks(1, 1_001), /^spec\.data\.checks is .*, allowed: at most 1000 entries$/],
    [
      'too deep a nest',
      JSON.parse(`{"spec":${'['.repeat(40)}${']'.repeat(40)}}`),
      /more than 32 levels deep/,
    ],
  ])('is refused for %s before the values are looked at', (_what, input, message) => {
    expect(errorOf(input, operations.lifecycles.prepare)).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message) as string,
      issues: { length: 1 },
    });
  });

  it.each<[string, unknown]>([
    ['values that fit no form', checks(1, 1_000)],
    ['objects that fit no form', checks({}, 1_000)],
    ['wrong columns', checks({ unique: Array(15).fill(1) }, 1_000)],
    ['wrong values', checks({ oneOf: { column: 'a', values: Array(100).fill(null) } }, 150)],
    [
      'unknown fields',
      checks(Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`k${at}`, 1])), 1_000),
    ],
  ])('is answered soon for a thousand checks of %s', (_what, input) => {
    errorOf(input, operations.lifecycles.prepare);
    const before = process.cpuUsage();
    expect(errorOf(input, operations.lifecycles.prepare)).toMatchObject({ issues: { length: 20 } });
    const { user, system } = process.cpuUsage(before);
    // Measured: 2 to 20 ms. With every entry tried against every form it was 230 ms and more.
    expect((user + system) / 1_000).toBeLessThan(150);
  });

  it('is refused with a NUL character, which the database cannot store', () => {
    expect(errorOf({ name: 'a\u0000b', backend: 'local' })).toMatchObject({ issues: [{ path: 'name' }] });
  });
});
