// `npm run abuse`: the last line is one JSON object; exit 0 only if nothing stopped, was silent or blamed the server.
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { type Tally, emptyTally } from './attack.js';
import { chosen, doorNames } from './plan.js';

const { values } = parseArgs({
  options: {
    door: { type: 'string', default: 'all' },
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
  },
});
const { door, path } = values;
const [cases, seed] = [Number(values.cases), Number(values.seed)];
if (chosen(door).length === 0 || !Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed)) {
  process.stderr.write(
    `--door is "${door}", allowed: all, ${doorNames.join(', ')}; --cases is "${values.cases}", allowed: 1 or more; ` +
      `--seed is "${values.seed}", allowed: a whole number.\nnpm run abuse -- [--door NAME] [--cases N] [--seed S]\n`,
  );
  process.exit(64);
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
Object.assign(process.env, {
  MAINSPRING_ABUSE_DOOR: door,
  MAINSPRING_ABUSE_CASES: String(cases),
  MAINSPRING_ABUSE_SEED: String(seed),
  ...(path === undefined ? {} : { MAINSPRING_ABUSE_PATH: path }),
});

const total = emptyTally();
/** Doors that could not be opened, or whose attack ended by itself. */
let broken = 0;
const vitest = await startVitest('test', [], {
  project: ['abuse'],
  watch: false,
  reporters: [
    {
      // Findings only: the help of a command is printed too.
      onUserConsoleLog: ({ content }) => {
        if (doorNames.some((name) => content.startsWith(`${name}: `))) process.stdout.write(content);
      },
      onTestCaseResult: (test) => {
        const { abuse } = test.meta();
        if (abuse) {
          const { tally, ms } = abuse;
          for (const [name, count] of Object.entries(tally)) total[name as keyof Tally] += count;
          say(`${test.name}: ${JSON.stringify(tally)} in ${Math.round(ms / 100) / 10} s`);
          return;
        }
        broken += 1;
        for (const error of test.result().errors ?? []) say(`${test.name}: ${error.stack ?? error.message}`);
      },
    },
  ],
});
for (const module of vitest.state.getTestModules())
  for (const error of module.errors()) {
    broken += 1;
    say(error.stack ?? error.message);
  }
for (const error of vitest.state.getUnhandledErrors()) {
  broken += 1;
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
await vitest.close();

// An attack that did not end says nothing about the items that it did not send.
const { refused, setAside, silent, serverErrors } = total;
const stopped = total.stopped + broken;
say(JSON.stringify({ cases: total.cases, refused, setAside, stopped, silent, serverErrors }));
process.exit(stopped + silent + serverErrors === 0 && total.cases > 0 ? 0 : 1);
