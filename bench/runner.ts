import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Bench, type Figure, keepsMark } from './bench.js';

const USAGE = 'npm run bench -- NAME… | --all | --list';
const NOT_BENCHES = new Set(['main.ts', 'bench.ts', 'runner.ts']);

export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** Every benchmark of this folder, by name. */
async function benches(): Promise<Map<string, Bench>> {
  const files = (await readdir(import.meta.dirname)).filter(
    (file) => file.endsWith('.ts') && !NOT_BENCHES.has(file),
  );
  const found = new Map<string, Bench>();
  for (const file of files.sort()) {
    const { bench } = (await import(`./${file}`)) as { bench?: Bench };
    if (!bench)
      throw new Error(`bench/${file} exports no \`bench\`: see bench/README.md, or move it into a folder`);
    found.set(bench.name, bench);
  }
  return found;
}

/** @returns the exit code: 0, 1 when a mark is missed, 64 for wrong usage */
export async function runBenches(argv: string[], { out, err }: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { list: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
  });
  const known = await benches();
  if (values.list) {
    const width = Math.max(...[...known.keys()].map((name) => name.length));
    for (const { name, summary } of known.values()) out(`${name.padEnd(width)}  ${summary}`);
    return 0;
  }
  const names = values.all ? [...known.keys()] : positionals;
  const unknown = names.filter((name) => !known.has(name));
  if (names.length === 0 || unknown.length > 0) {
    if (unknown.length > 0)
      err(`no benchmark ${unknown.join(', ')}; there are ${[...known.keys()].join(', ')}`);
    err(`usage: ${USAGE}`);
    return 64;
  }

  let missed = 0;
  const print = (figure: Figure): void => {
    out(JSON.stringify(figure));
    if (keepsMark(figure)) return;
    missed += 1;
    const mark = figure.atLeast === undefined ? `at most ${figure.atMost}` : `at least ${figure.atLeast}`;
    err(`${figure.bench}: ratio ${figure.ratio} misses its mark of ${mark}`);
  };
  for (const name of names) await known.get(name)?.run(print);
  return missed === 0 ? 0 : 1;
}
