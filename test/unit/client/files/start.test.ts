import { describe, expect, it } from 'vitest';
import { connect } from '../../../../client/index.js';

const mainspring = connect({ address: 'http://127.0.0.1:1' });
const start = (file: unknown, options?: unknown) =>
  mainspring.lifecycles.start(file as never, options as never);

describe('lifecycles.start', () => {
  it.each([5, null, undefined, {}, '', new URL('file:///tmp/model.yaml')])(
    'refuses what is no path of a model file: %s',
    async (file) => {
      await expect(start(file)).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(/^the model file is .*, allowed: the path of a file/) as string,
      });
    },
  );

  it('refuses a file that is missing, by its path', async () => {
    await expect(start('/nowhere/model.yaml')).rejects.toMatchObject({
      kind: 'not-found',
      message: '/nowhere/model.yaml cannot be used: it does not exist',
    });
  });

  it.each<[string, unknown, string]>([
    ['options that are a number', 5, 'the options of lifecycles.start is 5, allowed: an object'],
    ['options that are null', null, 'the options of lifecycles.start is null'],
    ['sources that are a number', { sources: 5 }, 'sources is 5, allowed: an object with a file'],
    ['sources that are a text', { sources: 'a.csv' }, 'sources is "a.csv"'],
    ['sources that are a list', { sources: ['a.csv'] }, 'sources is a list'],
    ['sources that are null', { sources: null }, 'sources is null'],
    ['sources that are a Map', { sources: new Map([['flights', 'a']]) }, 'sources is an object of type Map'],
    ['a source that is a number', { sources: { flights: 5 } }, 'sources.flights is 5, allowed: a file'],
    ['a source that is empty', { sources: { flights: '' } }, 'sources.flights is ""'],
    ['a reason that is a number', { reason: 5 }, 'reason is 5, allowed: text of 1 to 500 characters'],
  ])('refuses %s before the file is read', async (_what, options, message) => {
    await expect(start('/nowhere/model.yaml', options)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message) as string,
      remedy: expect.stringMatching(/\w/) as string,
    });
  });
});
