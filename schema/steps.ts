/**
 * Declares what a change of code means for remembered steps. `npm run steps` lists what is undeclared;
 * `-- --raised` locks steps whose version was raised; `-- --harmless KIND [KIND …] --why "…"` (or `--harmless all`, for every
 * step whose code changed) says that the same inputs still give the same output.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { STEP_VERSIONS } from '../activities/step-versions.js';
import { StepLock, declaredHarmless, raised, stepsNow, undeclared } from './step-sources.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = join(root, 'test/unit/activities/step-sources.lock.json');
const { values, positionals } = parseArgs({
  options: { raised: { type: 'boolean' }, harmless: { type: 'string' }, why: { type: 'string' } },
  allowPositionals: true,
});

const lock = StepLock.parse(existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});
const now = await stepsNow(root, STEP_VERSIONS);
const save = async (next: StepLock): Promise<void> => {
  const options = (await resolveConfig(path)) ?? {};
  writeFileSync(path, await format(JSON.stringify(next), { ...options, filepath: path }));
};

try {
  if (values.raised) await save(raised(lock, now));
  else if (values.harmless !== undefined) {
    if (!values.why?.trim()) throw new Error('say why the output stays the same: --why "the reason"');
    const changed = Object.keys(now).filter((kind) => lock[kind]?.sources !== now[kind]?.sources);
    const kinds = values.harmless === 'all' ? changed : [values.harmless, ...positionals];
    await save(declaredHarmless(lock, now, kinds, values.why));
  } else console.log(undeclared(lock, now).join('\n') || 'Every remembered step is as it was declared.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
