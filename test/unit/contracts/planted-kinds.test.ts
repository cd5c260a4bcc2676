import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { complaintsAbout } from '../../support/complaints.js';

/** A kind that is declared where people read the names of all kinds, and that nothing else knows. */
interface Planted {
  kind: string;
  /** File that declares it, and the changes that do. */
  declared: { path: string; changes: [from: string, to: string][] };
  /** Files that must not compile before the kind is there too. */
  incomplete: string[];
}

const PLANTED: Planted[] = [
  {
    kind: 'job backend',
    declared: {
      path: 'contracts/backends/index.ts',
      changes: [
        [
          'export const BACKENDS = {',
          'export const BACKENDS = { planted: { ...ray, name: "planted" as const },',
        ],
      ],
    },
    incomplete: [
      'infra/adapters/jobs/connections.ts',
      'infra/adapters/jobs/backends.ts',
      'test/conformance/engines/index.ts',
    ],
  },
  {
    kind: 'problem type',
    declared: {
      path: 'contracts/problem.ts',
      changes: [
        ['ProblemName = z.enum([', "ProblemName = z.enum(['planted', "],
        [
          "discriminatedUnion('type', [",
          "discriminatedUnion('type', [z.object({ type: z.literal('planted') }), ",
        ],
      ],
    },
    incomplete: [
      'contracts/problems/index.ts',
      'activities/evaluation/report/problems/index.ts',
      'activities/data/label-sql.ts',
      'activities/data/feature-strength.ts',
    ],
  },
];

describe('a kind that is declared and not implemented', { timeout: 240_000 }, () => {
  const overlay = new Map(
    PLANTED.map(({ declared: { path, changes } }) => {
      const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
      for (const [from] of changes) expect(text).toContain(from);
      return [path, changes.reduce((changed, [from, to]) => changed.replace(from, to), text)];
    }),
  );
  const all = complaintsAbout(
    overlay,
    PLANTED.flatMap(({ incomplete }) => incomplete),
  );

  it.each(PLANTED.flatMap(({ kind, incomplete }) => incomplete.map((file) => ({ kind, file }))))(
    'does not compile: a $kind in $file',
    ({ file }) => {
      expect(all.filter((complaint) => complaint.includes(`/${file}: `)).join('\n')).toMatch(/planted/);
    },
  );
});
