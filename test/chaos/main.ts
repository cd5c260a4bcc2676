// `npm run chaos`: the last line is one JSON object; exit 0 only without a violation.
import { parseArgs } from 'node:util';
import { chaosOfLifecycles } from './lifecycle.js';
import { chaosOfTraining } from './training.js';

/**
 * Twenty studies at once on an account with room for six jobs. The scenario ends when all are done, however many
 * kills are left.
 */
const chaosOfBudgets: typeof chaosOfTraining = (options) =>
  chaosOfTraining({ ...options, openRuns: 20, totalRuns: 20, cpuHours: 13 });

const scenarios = { lifecycle: chaosOfLifecycles, training: chaosOfTraining, budget: chaosOfBudgets };
const isScenario = (name: string): name is keyof typeof scenarios => name in scenarios;

const usage = 'npm run chaos -- --scenario lifecycle|training|budget [--kills N] [--seed S] [--keep]';
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'lifecycle' },
    kills: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const { scenario } = values;
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!isScenario(scenario) || !Number.isInteger(seed) || !Number.isInteger(kills) || kills < 1) {
  process.stderr.write(
    `--scenario is "${scenario}", allowed: ${Object.keys(scenarios).join(', ')}; --kills is "${values.kills}", allowed: 1 or more; ` +
      `--seed is "${values.seed}", allowed: a whole number.\n${usage}\n`,
  );
  process.exit(64);
}
const result = await scenarios[scenario]({
  kills,
  seed,
  keep: values.keep,
  say: (line) => void process.stdout.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.violations.length === 0 ? 0 : 1;
