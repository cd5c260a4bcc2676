import { parseArgs } from 'node:util';
import { z } from 'zod';
import { exampleNames } from './main-job.js';

/** A flag that does not exist, or a value that is not allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An example that does not exist. */
export class UnknownExample extends UsageError {}

export const DEFAULT_EXAMPLE = 'flight-delay';

export const usage = (): string => `npm start -- [flags]

  --yes                 two demo approvers vote by themselves
  --once                run the main job, then stop everything; the last line is one JSON object
  --example NAME        the model of the main job (default ${DEFAULT_EXAMPLE}): ${exampleNames().join(', ')}
  --weeks N             replay N weeks of traffic after the promotion (default 0; flight-delay only)
  --sample FRACTION     use only this part of the data, 0–1 (default 1; flight-delay only)
  --no-job              start the stack only
  --ports auto          take free ports instead of the defaults
  --data-dir DIRECTORY  instead of .mainspring (also MAINSPRING_DATA_DIR)
  --help                this text`;

const flags = {
  yes: { type: 'boolean', default: false },
  once: { type: 'boolean', default: false },
  example: { type: 'string', default: DEFAULT_EXAMPLE },
  weeks: { type: 'string', default: '0' },
  sample: { type: 'string', default: '1' },
  'no-job': { type: 'boolean', default: false },
  ports: { type: 'string', default: 'stable' },
  'data-dir': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const Options = z.object({
  yes: z.boolean(),
  once: z.boolean(),
  example: z.string(),
  weeks: z.coerce
    .number({ error: 'a whole number from 0 to 21' })
    .int('a whole number from 0 to 21')
    .min(0, 'a whole number from 0 to 21')
    .max(21, 'a whole number from 0 to 21'),
  sample: z.coerce
    .number({ error: 'a fraction, above 0 and at most 1' })
    .gt(0, 'a fraction, above 0 and at most 1')
    .max(1, 'a fraction, above 0 and at most 1'),
  job: z.boolean(),
  ports: z.enum(['stable', 'auto'], { error: 'auto' }),
  dataDir: z.string().min(1).optional(),
  help: z.boolean(),
});
export type Options = z.infer<typeof Options>;

/** @throws UsageError */
export function parseOptions(argv: string[]): Options {
  const values = parseFlags(argv);
  const parsed = Options.safeParse({
    ...values,
    job: !values['no-job'],
    dataDir: values['data-dir'],
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue?.path[0] === 'dataDir' ? 'data-dir' : String(issue?.path[0]);
    const value = values[name as keyof typeof values];
    throw new UsageError(`--${name} is "${value}", allowed: ${issue?.message}`);
  }
  const options = parsed.data;
  if (options.once && !options.job)
    throw new UsageError('--once runs the main job and --no-job leaves it out: give one of them');
  // An installed engine has no examples, and starts the stack only.
  if (options.job) refuseUnknownExample(options.example);
  return options;
}

function refuseUnknownExample(name: string): void {
  const names = exampleNames();
  if (!names.includes(name)) throw new UnknownExample(`--example is "${name}", allowed: ${names.join(', ')}`);
}

function parseFlags(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: flags }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage()}`);
  }
}
