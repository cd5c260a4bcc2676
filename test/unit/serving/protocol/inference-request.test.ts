import { describe, expect, it } from 'vitest';
import { BINARY } from '../../../../contracts/problems/index.js';
import { numericSignature } from '../../../../contracts/signature.js';
import { layoutOf } from '../../../../serving/features/layout.js';
import { parseInferenceRequest } from '../../../../serving/protocol/inference-request.js';

const request = (change: object) =>
  parseInferenceRequest(
    { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 1], data: [1] }], ...change },
    { layout: layoutOf(numericSignature(['a']).inputs, true), problem: BINARY },
  );

describe('a request that the log could not keep', () => {
  it.each([
    ['NUL in an id', { id: 'a\0' }, 'id is "a\\u0000"'],
    ['half a character in an entity', { parameters: { entity: '\ud83d' } }, 'parameters.entity is'],
    [
      'a year of five digits',
      { parameters: { event_time: '+020000-01-01T00:00:00Z' } },
      'expected an instant',
    ],
    [
      'a year before the first',
      { parameters: { event_time: '-000001-01-01T00:00:00Z' } },
      'expected an instant',
    ],
    ['a control character', { id: 'a\u001b[2J' }, 'id is "a\\u001b[2J"'],
    ['a long id', { id: 'x'.repeat(201) }, '1 to 200 characters'],
    ['an id in a list', { parameters: { inference_ids: ['a\u0007'] } }, 'parameters.inference_ids[0] is'],
    ['a time without zone', { parameters: { event_time: '2024-02-01T00:00:00' } }, 'with its zone'],
    ['a day that is none', { parameters: { event_times: ['2024-02-30T00:00:00Z'] } }, 'event_times[0] is'],
    [
      'microseconds taken for milliseconds',
      { parameters: { event_time: '+056183-06-12T00:00:00.000Z' } },
      'event_time',
    ],
    ['a number for an id', { id: 5 }, 'id is 5'],
    ['parameters that are a list', { parameters: [] }, 'parameters is [], expected an object'],
    [
      'a text for a list of ids',
      { parameters: { inference_ids: 'a' } },
      'parameters.inference_ids is "a", expected an array with one entry for each of the 1 rows',
    ],
  ])('is refused: %s', (_what, change, text) => {
    expect(() => request(change)).toThrow(text);
  });

  it('is taken with every other character', () => {
    expect(request({ id: 'Île 😀' }).inferenceId(0)).toBe('Île 😀');
  });
});

describe('the ids of the rows', () => {
  const rows = (parameters: object) =>
    request({
      inputs: [{ name: 'features', datatype: 'FP32', shape: [3, 1], data: [1, 2, 3] }],
      parameters,
    });

  it('are refused when one comes twice: a label could not say which row it is for', () => {
    expect(() => rows({ inference_ids: ['a', 'b', 'a'] })).toThrow(
      'parameters.inference_ids[2] is "a", as is parameters.inference_ids[0]: expected another id for each row',
    );
    expect(rows({ inference_ids: ['a', 'b', 'c'] }).inferenceId(2)).toBe('c');
  });

  it('say how many entries a list has when it has others than rows', () => {
    expect(() => rows({ entities: ['a'] })).toThrow(
      'parameters.entities is an array of 1, expected an array with one entry for each of the 3 rows',
    );
  });

  it('are not those of entities and times, of which rows may share one', () => {
    const read = rows({ entities: ['a', 'a', 'a'], event_times: new Array(3).fill('2001-02-01T00:00:00Z') });
    expect(read.entity(2)).toBe('a');
  });
});

describe('a field that nothing reads', () => {
  it.each([
    [{ outptus: [] }, 'outptus is unknown here, expected one of id, parameters, inputs, outputs'],
    [
      { parameters: { event_tme: 'x' } },
      'parameters.event_tme is unknown here, expected one of inference_ids,',
    ],
    [{ parameters: { 'a\nb': 1 } }, 'parameters."a\\nb" is unknown here'],
  ])('is refused: %j', (change, error) => {
    expect(() => request(change)).toThrow(error);
  });

  it('is no fault when it is null', () => {
    expect(request({ id: 'a', model_name: null }).inferenceId(0)).toBe('a');
  });
});

describe('null in a request', () => {
  it.each(['id', 'parameters'])('%s: is taken as absent', (field) => {
    expect(request({ [field]: null }).inferenceId(0)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['entity', 'entities', 'event_time', 'event_times', 'inference_ids', 'unknown'])(
    'parameters.%s: is taken as absent',
    (field) => {
      const read = request({ id: 'a', parameters: { [field]: null } });
      expect([read.inferenceId(0), read.entity(0)]).toEqual(['a', 'a']);
      expect(Date.parse(read.eventTime(0))).toBeGreaterThan(Date.parse('2020-01-01'));
    },
  );
});

describe('a value that is nested ten thousand times', () => {
  const deep: unknown = JSON.parse('['.repeat(10_000) + ']'.repeat(10_000));
  it.each([
    { id: deep },
    { inputs: deep },
    { parameters: { entity: deep } },
    { parameters: { event_times: deep } },
  ])('is refused like any other (%#)', (change) => {
    expect(() => request(change)).toThrow(expect.objectContaining({ status: 400 }) as Error);
  });
});
