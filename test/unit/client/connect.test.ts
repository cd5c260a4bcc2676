import { describe, expect, it } from 'vitest';
import { connect } from '../../../client/index.js';

const made = (options: unknown) => connect(options as never);

describe('connect', () => {
  it.each<[string, unknown, string]>([
    [
      'null',
      null,
      'the argument with the options of connect is null, allowed: an object with fields of address',
    ],
    ['a number', 5, 'the options of connect is 5'],
    ['a text', 'http://127.0.0.1:8090', 'the options of connect is "http://127.0.0.1:8090"'],
    ['a list', [], 'the options of connect is a list'],
    ['a Map', new Map(), 'the options of connect is an object of type Map'],
    ['an unknown option', { adress: 'http://127.0.0.1:1' }, 'adress is an unknown option of connect'],
    ['an address that is a number', { address: 5 }, 'address is 5, allowed: a text'],
    ['an address that is empty', { address: '' }, 'address is "", allowed: an address like http://'],
    [
      'an address with a password',
      { address: 'http://ada:secret@127.0.0.1:1' },
      'address has a user or a password before 127.0.0.1:1',
    ],
    ['an address that is null', { address: null }, 'address is null'],
    ['a user that is a number', { user: 5 }, 'user is 5, allowed: a text'],
    ['a folder that is empty', { cacheDir: '' }, 'cacheDir is "", allowed: the path of a file'],
    ['a configuration that is none', { config: 5 }, 'config is 5'],
    ['an environment that is a text', { environment: 'A=1' }, 'environment is "A=1", allowed: an object'],
    ['an environment that is a list', { environment: [] }, 'environment is a list'],
    ['a variable that is a number', { environment: { PORT: 5 } }, 'environment.PORT is 5, allowed: a text'],
  ])('refuses %s by name, with what is allowed and what to do', (_what, options, message) => {
    expect(() => made(options)).toThrow(
      expect.objectContaining({
        name: 'MainspringFailure',
        kind: 'usage',
        message: expect.stringContaining(message) as string,
        remedy: expect.stringMatching(/\w/) as string,
      }),
    );
  });

  it('suggests the option that was meant', () => {
    expect(() => made({ adress: 'x' })).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('Did you mean "address"?') as string }),
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no option', {}],
    ['the environment of this process', { environment: process.env }],
    ['an environment without variables', { environment: {} }],
    ['an empty variable, which counts as unset', { environment: { MAINSPRING_ADDRESS: '' } }],
    ['options that are undefined', { address: undefined, user: undefined }],
  ])('takes %s, and opens nothing', async (_what, options) => {
    await made(options).close();
  });
});
