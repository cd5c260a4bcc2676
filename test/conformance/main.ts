// `npm run conformance -- <engine>`: the last line is `N passed, N failed`; exit 0 only when none failed.
import { startVitest } from 'vitest/node';
import { engines } from './engines/index.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const names = Object.keys(engines);
const [name = '', ...rest] = process.argv.slice(2);
const load = engines[name];
if (!load || rest.length > 0) {
  process.stderr.write(
    `the engine is "${[name, ...rest].join(' ')}", allowed: ${names.join(', ')}.\nnpm run conformance -- ${names.join('|')}\n`,
  );
  process.exit(64);
}

const engine = await load();
say(`${engine.name}: ${engine.description}`);
const needs = await engine.needs();
for (const { what, met, remedy } of needs) say(met ? `  has   ${what}` : `  LACKS ${what}: ${remedy}`);
if (needs.some(({ met }) => !met)) {
  say('Nothing was started, and nothing is installed unasked.');
  process.exit(69);
}

process.env['MAINSPRING_CONFORMANCE'] = engine.name;
const vitest = await startVitest('test', [], {
  project: ['conformance'],
  watch: false,
  reporters: ['verbose'],
});
const count = { passed: 0, failed: 0 };
for (const module of vitest.state.getTestModules()) {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed' || state === 'failed') count[state] += 1;
    else count.failed += 1; // A scenario that did not run does not count as passed.
  }
  // A failure of the file or its set-up, outside any scenario.
  if (!module.ok() && count.failed === 0) count.failed += 1;
}
if (vitest.state.getUnhandledErrors().length > 0 || count.passed === 0) count.failed += 1;
await vitest.close();
say(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 ? 0 : 1);
