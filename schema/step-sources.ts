import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Plugin, build } from 'esbuild';
import { z } from 'zod';

/** Recorded facts about the sources of one remembered step. */
export const LockedStep = z.strictObject({
  /** Version of the code, from activities/step-versions.ts. */
  version: z.string(),
  /** SHA-256 of the code that the output depends on. */
  sources: z.string(),
  /** Why changes since this version leave the output as it is, in their order. */
  harmless: z.array(z.string()).default([]),
});
export type LockedStep = z.infer<typeof LockedStep>;
export const StepLock = z.record(z.string(), LockedStep);
export type StepLock = z.infer<typeof StepLock>;

/** Adapters that an activity gets through a port, so that no import leads to them, and that shape its output. */
const ADAPTERS: [RegExp, string[]][] = [
  [/^data\./, ['infra/adapters/duckdb/sql-engine.ts', 'infra/adapters/duckdb/walled-child.mjs']],
  [/^evaluate-models$/, ['infra/adapters/onnx/scorer.ts', 'infra/adapters/duckdb/sql-engine.ts']],
];

/** Modules that shape no output: they decide when a step fails, is alive or is remembered, and where our files are. */
const OUTSIDE = ['contracts/failures.ts', 'activities/heartbeat.ts', 'activities/remember.ts', 'infra/code.js'];

/** Kind of a remembered step → the module that calls `remember` for it, from the root of the repository. */
export function stepModules(root: string): Record<string, string> {
  const files = readdirSync(join(root, 'activities'), { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join('activities', file))
      .flatMap((file) => {
        const text = readFileSync(join(root, file), 'utf8');
        if (!/import \{[^}]*\bremember\b[^}]*\} from/.test(text)) return [];
        return [...text.matchAll(/\bkind: '([\w.-]+)'/g)].map(([, kind = '']) => [kind, file]);
      }),
  );
}

/** A path without the extension, which an import states as that of the compiled file. */
const bare = (path: string): string => path.replace(/\.[jt]s$/, '');

/** Leaves out what shapes no output: packages, the modules of OUTSIDE, and the descriptions of schemas. */
const onlyWhatCounts = (root: string): Plugin => ({
  name: 'only-what-counts',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
      OUTSIDE.some((file) => bare(resolve(resolveDir, path)) === bare(join(root, file)))
        ? { path, external: true }
        : undefined,
    );
    bundler.onLoad({ filter: /contracts\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/\.describe\(\s*(?:'[^']*'|`[^`]*`),?\s*\)/g, ''),
      loader: 'ts',
    }));
  },
});

/** Module → digest of its code with everything that it imports. */
async function codeDigests(root: string, modules: string[]): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(modules.map((module, i) => [String(i), join(root, module)])),
    bundle: true,
    minify: true,
    legalComments: 'none',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: join(root, 'never-written'),
    write: false,
    plugins: [onlyWhatCounts(root)],
  });
  return new Map(
    outputFiles.map(({ path, contents }) => [
      modules[Number(basename(path, '.js'))] ?? '',
      createHash('sha256').update(contents).digest('hex'),
    ]),
  );
}

const adaptersOf = (kind: string): string[] =>
  ADAPTERS.flatMap(([kinds, files]) => (kinds.test(kind) ? files : []));

/**
 * Kind → digest of the code that the output of the step depends on: its module with everything that it imports and the
 * adapters it works with. Comments, types, formatting and descriptions of fields do not count.
 */
export async function sourcesDigests(
  root: string,
  modules: Record<string, string>,
): Promise<Record<string, string>> {
  const entries = Object.entries(modules).map(([kind, module]) => ({
    kind,
    parts: [module, ...adaptersOf(kind)],
  }));
  const code = await codeDigests(root, [...new Set(entries.flatMap(({ parts }) => parts))]);
  return Object.fromEntries(
    entries.map(({ kind, parts }) => {
      const hash = createHash('sha256');
      for (const part of parts) hash.update(code.get(part) ?? '');
      return [kind, hash.digest('hex')];
    }),
  );
}

/**
 * The steps as they are now.
 *
 * @throws Error for a version of a step that no module remembers
 */
export async function stepsNow(root: string, versions: Readonly<Record<string, string>>): Promise<StepLock> {
  const modules = stepModules(root);
  const gone = Object.keys(versions).find((kind) => modules[kind] === undefined);
  if (gone !== undefined)
    throw new Error(`no activity remembers a step of kind ${gone}: take it out of step-versions.ts`);
  const digests = await sourcesDigests(root, modules);
  return Object.fromEntries(
    Object.entries(versions).map(([kind, version]): [string, LockedStep] => [
      kind,
      { version, sources: digests[kind] ?? '', harmless: [] },
    ]),
  );
}

/** Changes that must be declared before the lock agrees with the steps, one sentence each. Empty if it agrees. */
export function undeclared(lock: StepLock, now: StepLock): string[] {
  const gone = Object.keys(lock)
    .filter((kind) => now[kind] === undefined)
    .map((kind) => `step ${kind} is locked and does not exist: run npm run steps -- --raised`);
  const changed = Object.entries(now).flatMap(([kind, { version, sources }]) => {
    const locked = lock[kind];
    if (!locked) return [`step ${kind} is new: run npm run steps -- --raised`];
    if (locked.version !== version)
      return [
        `step ${kind} has version ${version}, locked is ${locked.version}: run npm run steps -- --raised`,
      ];
    if (locked.sources === sources) return [];
    return [
      `the code behind step ${kind} has changed and its version has not. If the same inputs may give another output, raise its version in activities/step-versions.ts and run npm run steps -- --raised. If they cannot, run npm run steps -- --harmless ${kind} --why "the reason"`,
    ];
  });
  return [...gone, ...changed];
}

/** The lock after versions were raised. @throws Error for a step whose code changed and whose version did not */
export function raised(lock: StepLock, now: StepLock): StepLock {
  const forgotten = Object.entries(now).filter(
    ([kind, { version, sources }]) => lock[kind]?.version === version && lock[kind].sources !== sources,
  );
  if (forgotten.length > 0)
    throw new Error(undeclared(lock, Object.fromEntries(forgotten)).filter((text) => text.startsWith('the')).join('\n'));
  return Object.fromEntries(
    Object.entries(now).map(([kind, step]) => {
      const locked = lock[kind];
      return [kind, locked?.version === step.version ? locked : step];
    }),
  );
}

/** The lock after a change of these steps was declared harmless. @throws Error for a step that is not known */
export function declaredHarmless(lock: StepLock, now: StepLock, kinds: string[], why: string): StepLock {
  const unknown = kinds.filter((kind) => now[kind] === undefined || lock[kind] === undefined);
  if (unknown.length > 0)
    throw new Error(`no locked step ${unknown.join(', ')}: name one of ${Object.keys(lock).join(', ')}`);
  const changed = kinds.map((kind): [string, LockedStep] => {
    const { version = '', harmless = [] } = lock[kind] ?? {};
    return [kind, { version, sources: now[kind]?.sources ?? '', harmless: [...harmless, why] }];
  });
  return { ...lock, ...Object.fromEntries(changed) };
}
