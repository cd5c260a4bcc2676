// `npm run chaos`: the last line is one JSON object; exit 0 only without a violation.
import { parseArgs } from 'node:util';
import { chaosOfLifecycles } from './lifecycle.js';

const usage = 'npm run chaos -- --scenario lifecycle [--kills N] [--seed S] [--keep]';
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'lifecycle' },
    kills: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (values.scenario !== 'lifecycle' || !Number.isInteger(seed) || !Number.isInteger(kills) || kills < 1) {
  process.stderr.write(
    `--scenario is "${values.scenario}", allowed: lifecycle; --kills is "${values.kills}", allowed: 1 or more; ` +
      `--seed is "${values.seed}", allowed: a whole number.\n${usage}\n`,
  );
  process.exit(64);
}
const result = await chaosOfLifecycles({
  kills,
  seed,
  keep: values.keep,
  say: (line) => void process.stdout.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.violations.length === 0 ? 0 : 1;
