import { describe, expect, it } from 'vitest';
import { UnknownExample, UsageError, parseOptions } from '../../../../infra/dev/options.js';

describe('the flags of npm start', () => {
  it('runs the main job on all data, on stable ports, unless told otherwise', () => {
    expect(parseOptions([])).toMatchObject({
      job: true,
      example: 'flight-delay',
      once: false,
      yes: false,
      weeks: 0,
      sample: 1,
      ports: 'stable',
    });
  });

  it('reads every flag', () => {
    const argv = [
      '--yes',
      '--once',
      '--example',
      'flight-delay',
      '--weeks',
      '10',
      '--sample',
      '0.05',
      '--ports',
      'auto',
      '--data-dir',
      '/d',
    ];
    expect(parseOptions(argv)).toMatchObject({
      yes: true,
      once: true,
      weeks: 10,
      sample: 0.05,
      ports: 'auto',
      dataDir: '/d',
    });
  });

  it.each([
    [['--weeks', '2.5'], '--weeks is "2.5", allowed: a whole number from 0 to 21'],
    [['--sample', '0'], '--sample is "0", allowed: a fraction, above 0 and at most 1'],
    [['--ports', 'any'], '--ports is "any", allowed: auto'],
    [['--once', '--no-job'], '--once runs the main job and --no-job leaves it out'],
    [['--wekes', '3'], "Unknown option '--wekes'"],
    [['extra'], 'Unexpected argument'],
  ])('refuses %j and says what is allowed', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(UsageError);
    expect(() => parseOptions(argv)).toThrow(message);
  });

  it('refuses an example that does not exist, and lists those that do', () => {
    expect(() => parseOptions(['--example', 'iris'])).toThrow(UnknownExample);
    expect(() => parseOptions(['--example', 'iris'])).toThrow(/--example is "iris", allowed: flight-delay/);
  });

  it('asks for no example when there is no job to run, as in an installed engine', () => {
    expect(parseOptions(['--no-job', '--example', 'iris'])).toMatchObject({ job: false });
  });
});
