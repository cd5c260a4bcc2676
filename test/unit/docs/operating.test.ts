import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { searchAttributeTypes } from '../../../contracts/search-attributes.js';
import { pools } from '../../../infra/dev/parts.js';
import { portRules } from '../../../infra/dev/stack-ports.js';
import { Environment } from '../../../infra/config.js';

const page = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');

const section = (title: string): string => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const rows = (title: string): string[][] =>
  section(title)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));

describe('docs/operating.md', () => {
  it('lists every variable of the configuration with its default, and no other', () => {
    const declared = Object.entries(Environment.shape).map(([name, schema]) => {
      const value = schema.safeParse(undefined).data;
      return [name, value === undefined ? '–' : String(value)];
    });
    expect(rows('Variables').map(([, name, value]) => [name, value])).toEqual(declared);
  });

  it('lists every port variable of the local stack with its default, and no other', () => {
    const declared = Object.values(portRules).map((rule) => [rule.variable, String(rule.default)]);
    expect(
      rows('Ports')
        .map(([, name, port]) => [name, port])
        .sort(),
    ).toEqual(declared.sort());
  });

  it('describes every process', () => {
    const named = rows('Processes').map(([, name]) => name);
    expect(named.sort()).toEqual([...pools, 'api', 'gateway', 'object-store', 'postgres', 'temporal'].sort());
  });

  it('filters by search attributes that exist', () => {
    const known = [...Object.keys(searchAttributeTypes), 'WorkflowType', 'ExecutionStatus'];
    const used = [...section('In the Temporal Web UI').matchAll(/\b(\w+) (?:=|<|STARTS_WITH) "/g)];
    expect(used.length).toBeGreaterThan(5);
    for (const [, name] of used) expect(known).toContain(name);
  });
});
