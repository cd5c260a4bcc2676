import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Argv } from 'yargs';
import { commands } from '../../../client/commands/index.js';
import { EXIT_CODE } from '../../../operations/errors.js';

const docs = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

/** Usage of every command, with the options that it registers. */
function registered(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const recorder = (prefix: string, options: string[]): Argv => {
    const argv: Argv = new Proxy({} as Argv, {
      get: (_target, method) => {
        return (...args: unknown[]) => {
          if (method === 'option') options.push(`--${String(args[0])}`);
          if (method === 'command') {
            const [usage, , build] = args as [string, string, (inner: Argv) => Argv];
            // The default command of a group is registered as `$0`.
            if (usage === '$0') return argv;
            const isGroup = /[<[]command[>\]]$/.test(usage);
            const own: string[] = [];
            // The default of a group has no name of its own.
            if (!isGroup) found.set(`${prefix}${usage.replace('$0 ', '')}`, own);
            build(recorder(isGroup ? `${prefix}${usage.split(' ')[0] ?? ''} ` : prefix, own));
          }
          return argv;
        };
      },
    });
    return argv;
  };
  for (const command of commands) command.register(recorder('', []), async () => undefined);
  return found;
}

describe('docs/cli.md', () => {
  const sections = new Map(
    docs
      .split('\n### `mainspring ')
      .slice(1)
      .map((text) => [text.slice(0, text.indexOf('`')), text.split('\n## ')[0] ?? '']),
  );

  it('has a section for every command, and no other', () => {
    expect([...sections.keys()].sort()).toEqual([...registered().keys()].sort());
  });

  it.each([...registered()])('names every option of "%s"', (usage, options) => {
    for (const option of options) expect(sections.get(usage)).toContain(`\`${option}`);
  });

  it('lists every exit code', () => {
    for (const [kind, code] of Object.entries(EXIT_CODE)) expect(docs).toContain(`| ${code} | \`${kind}\` |`);
  });
});

it('every command has the same shape: a usage, and a summary of one line', () => {
  for (const { usage, summary } of commands) {
    expect(usage).toMatch(/^[a-z]+( [<[][a-z-]+[>\]])?$/);
    expect(summary).toMatch(/^[A-Z].{10,}[^.\n]$/);
  }
});
