import { describe, expect, it } from 'vitest';
import { BINARY, type Problem } from '../../../../contracts/problems/index.js';
import { requestedOutputs } from '../../../../serving/protocol/requested-outputs.js';

const classes: Problem = { type: 'multiclass-classification', classes: ['a', 'b', 'c'] };
const binary = { parameters: { binary_data_output: true } };
const asked = (body: object, problem: Problem = classes) => {
  const outputs = requestedOutputs(body, problem);
  return outputs && Object.fromEntries(outputs);
};

describe('the outputs of a request', () => {
  it('are those that it names, as binary tensors where it says so', () => {
    expect(asked({ outputs: [{ name: 'class' }] })).toEqual({ class: false });
    expect(asked({ outputs: [{ name: 'class', parameters: { binary_data: true } }] })).toEqual({
      class: true,
    });
    expect(asked({ outputs: [{ name: 'class' }], ...binary })).toEqual({ class: true });
    const own = { outputs: [{ name: 'class', parameters: { binary_data: false } }], ...binary };
    expect(asked(own)).toEqual({ class: false });
    expect(asked({ outputs: [{ name: 'class', parameters: null }] })).toEqual({ class: false });
  });

  it.each([{}, { outputs: null }, { outputs: [] }])('are all that the model has for %j', (body) => {
    expect(asked(body)).toBeUndefined();
    expect(asked({ ...body, ...binary })).toEqual({ probabilities: true, class: true });
    expect(asked({ ...body, ...binary }, BINARY)).toEqual({ probability: true });
  });

  it.each<[string, object, string]>([
    [
      'a name that the model does not have',
      { outputs: [{ name: 'class' }, { name: 'probability' }] },
      'outputs[1].name is "probability", which is no output: the model has probabilities, class',
    ],
    ['no name', { outputs: [{}] }, 'outputs[0].name is missing'],
    ['a name of an object', { outputs: [{ name: 'constructor' }] }, 'the model has probabilities, class'],
    ['a name twice', { outputs: [{ name: 'class' }, { name: 'class' }] }, 'outputs[1].name is "class" again'],
    ['a text', { outputs: 'class' }, 'outputs is "class", expected an array of {"name"}: the model has'],
    ['texts', { outputs: ['class'] }, 'outputs[0] is "class", expected an object'],
    ['nothing in the list', { outputs: [null] }, 'outputs[0] is null'],
    ['another field', { outputs: [{ name: 'class', top: 1 }] }, 'outputs[0].top is unknown here'],
    [
      'a parameter of another server',
      { outputs: [{ name: 'class', parameters: { classification: 2 } }] },
      'outputs[0].parameters.classification is unknown here, expected binary_data',
    ],
    [
      'parameters that are none',
      { outputs: [{ name: 'class', parameters: [] }] },
      'outputs[0].parameters is [], expected an object',
    ],
    [
      'a text for a truth value',
      { outputs: [{ name: 'class', parameters: { binary_data: 'true' } }] },
      'outputs[0].parameters.binary_data is "true", expected true or false',
    ],
    [
      'a number for a truth value',
      { parameters: { binary_data_output: 1 } },
      'parameters.binary_data_output is 1, expected true or false',
    ],
  ])('are refused with %s', (_what, body, error) => {
    expect(() => asked(body)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(error) as string }) as Error,
    );
  });

  it('have no quantiles where the model has none', () => {
    const quantiles = { outputs: [{ name: 'quantiles' }] };
    expect(() => asked(quantiles, { type: 'regression' })).toThrow('the model has prediction');
    expect(asked(quantiles, { type: 'regression', quantiles: [0.5] })).toEqual({ quantiles: false });
  });
});
