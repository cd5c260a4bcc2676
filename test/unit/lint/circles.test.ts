import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type IConfiguration, type ICruiseResult, cruise } from 'dependency-cruiser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { options, ...ruleSet } = JSON.parse(
  readFileSync('.dependency-cruiser.json', 'utf8'),
) as IConfiguration;

let baseDir: string;
beforeEach(() => {
  baseDir = mkdtempSync(join(tmpdir(), 'mainspring-circles-'));
});
afterEach(() => rmSync(baseDir, { recursive: true }));

/** Names of the lint rules that a folder with these files breaks. */
async function rulesBrokenBy(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(baseDir, name)), { recursive: true });
    writeFileSync(join(baseDir, name), text);
  }
  const { output } = await cruise(['room'], { ...options, ruleSet, validate: true, baseDir });
  const { violations } = (output as ICruiseResult).summary;
  return [...new Set(violations.map(({ rule }) => rule.name))];
}

describe('circles of imports', () => {
  it('refuses two files that import values from each other', async () => {
    const broken = await rulesBrokenBy({
      'room/a.ts': `import { b } from './b.js';\nexport const a = () => b;\n`,
      'room/b.ts': `import { a } from './a.js';\nexport const b = () => a;\n`,
    });
    expect(broken).toEqual(['no-circle-of-files']);
  });

  it('refuses two files that import only types from each other', async () => {
    const broken = await rulesBrokenBy({
      'room/a.ts': `import type { B } from './b.js';\nexport type A = B | 1;\n`,
      'room/b.ts': `import type { A } from './a.js';\nexport type B = A | 2;\n`,
    });
    expect(broken).toEqual(['no-circle-of-files']);
  });

  it('refuses two folders that import from each other, although no file does', async () => {
    const broken = await rulesBrokenBy({
      'room/a/one.ts': `import type { Two } from '../b/two.js';\nexport type One = Two;\n`,
      'room/b/two.ts': `export type Two = 2;\n`,
      'room/b/three.ts': `import type { Four } from '../a/four.js';\nexport type Three = Four;\n`,
      'room/a/four.ts': `export type Four = 4;\n`,
    });
    expect(broken).toEqual(['no-circle-of-folders']);
  });

  it('accepts imports that point one way', async () => {
    const broken = await rulesBrokenBy({
      'room/a/one.ts': `import type { Two } from '../b/two.js';\nexport type One = Two;\n`,
      'room/b/two.ts': `export type Two = 2;\n`,
    });
    expect(broken).toEqual([]);
  });
});
