import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Options, format, resolveConfig } from 'prettier';
import type { KindFolder } from './kind-folders.js';

/** A module that defines one kind. */
export interface KindModule {
  /** File without `.ts`. */
  file: string;
  /** The exported const. */
  constant: string;
  /** Name of the kind in model files: the `name` of the definition, otherwise the const. */
  name: string;
}

/**
 * Finds the kind that a module defines; undefined for a helper, which has no `export const x = defineX(…)`.
 *
 * @throws Error when a module defines several kinds
 */
export function kindIn(file: string, text: string, { define }: KindFolder): KindModule | undefined {
  const found = [...text.matchAll(new RegExp(`^export const (\\w+) = ${define}\\(`, 'gm'))];
  const [first, second] = found;
  if (!first) return undefined;
  if (second)
    throw new Error(
      `${file}.ts defines ${first[1] ?? ''} and ${second[1] ?? ''}: give each kind its own file`,
    );
  const constant = first[1] ?? '';
  const name = /^\s*name: '([^']+)'/m.exec(text.slice(first.index))?.[1] ?? constant;
  return { file, constant, name };
}

/** Lists the kinds of a folder, sorted by name. A folder that does not exist has none. */
export function kindsOf(root: string, folder: KindFolder): KindModule[] {
  const path = join(root, folder.folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .flatMap((file) => {
      const kind = kindIn(file.slice(0, -'.ts'.length), readFileSync(join(path, file), 'utf8'), folder);
      return kind ? [kind] : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Text of the `index.ts` that lists the kinds of a folder. */
export async function kindIndex(root: string, folder: KindFolder): Promise<string> {
  const kinds = kindsOf(root, folder);
  const { record, type, names, forms } = folder;
  const lines = [
    `// Made by \`npm run generate\` from the modules of this folder that call ${folder.define}. Do not edit it by hand.`,
    ...kinds.map(({ file, constant }) => `import { ${constant} } from './${file}.js';`),
    '',
    '/** Every kind by its name. */',
    `export const ${record} = {`,
    ...kinds.map(({ name, constant }) => (name === constant ? `${name},` : `'${name}': ${constant},`)),
    '} as const;',
    `export type ${type} = keyof typeof ${record};`,
    '',
    '/** The names of all kinds. */',
    `export const ${names} = [${kinds.map(({ name }) => `'${name}'`).join(', ')}] as const;`,
    ...(forms === undefined
      ? []
      : [
          '',
          `/** The schema of every kind, in the order of the names. */`,
          `export const ${forms.record} = [${kinds.map(({ constant }) => `${constant}.${forms.property}`).join(', ')}] as const;`,
        ]),
    '',
  ];
  const path = join(root, folder.folder, 'index.ts');
  const options: Options = (await resolveConfig(fileURLToPath(import.meta.url))) ?? {};
  return format(lines.join('\n'), { ...options, filepath: path });
}
