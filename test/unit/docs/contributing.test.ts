import { describe, expect, it } from 'vitest';
import { complaintsAbout } from '../../support/complaints.js';
import { read } from './pages.js';

const page = read('CONTRIBUTING.md');

/** Code blocks whose first line is a comment with a path, by that path. */
function codeOf(text: string): Map<string, string> {
  const blocks = [...text.matchAll(/^( *)```ts\n([^]*?)^ *```/gm)].map(([, indent = '', code = '']) =>
    code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  return new Map(blocks.map((code) => [/^\/\/ (\S+)\n/.exec(code)?.[1] ?? '', code]));
}

describe('CONTRIBUTING.md', { timeout: 240_000 }, () => {
  const code = codeOf(page);

  it('has a recipe with code for each kind of change', () => {
    const recipes = page.split('\n## Recipes\n')[1]?.match(/^### .+$/gm) ?? [];
    expect([...code.keys()].filter((path) => path !== '').length).toBeGreaterThanOrEqual(recipes.length);
    expect(recipes).toEqual(
      [
        'data check',
        'metric',
        'gate',
        'problem type',
        'operation',
        'source format',
        'job backend',
        'change',
      ].map((kind) => expect.stringMatching(new RegExp(`^### An? ${kind}`)) as string),
    );
  });

  it('has only code that compiles against the code of today', () => {
    const text = code.get('infra/adapters/jobs/nomad/nomad.ts') ?? '';
    const broken = text.replace(/ *cancel: .+\n/, '');
    expect(broken).not.toBe(text);
    const planted = 'infra/adapters/jobs/nomad/planted.ts';
    const found = complaintsAbout(new Map([...code, [planted, broken]]));
    expect(found.filter((complaint) => !complaint.includes(planted))).toEqual([]);
    expect(found.join(), 'code that no longer compiles is found').toContain("Property 'cancel' is missing");
  });
});
