import { expect, it } from 'vitest';
import { type Finding, type Tally, attack } from './attack.js';
import { doors } from './doors/index.js';
import { again, chosen, shareOf } from './plan.js';
import { FAULTS } from './verdict.js';

declare module 'vitest' {
  interface TaskMeta {
    abuse?: { tally: Tally; findings: Finding[]; ms: number };
  }
}

/** The short run of `npm test`. `npm run abuse` sets these variables for a long one. */
const {
  MAINSPRING_ABUSE_DOOR = 'all',
  MAINSPRING_ABUSE_CASES = '200',
  MAINSPRING_ABUSE_SEED = '1',
  MAINSPRING_ABUSE_PATH,
} = process.env;
const cases = Number(MAINSPRING_ABUSE_CASES);
const seed = Number(MAINSPRING_ABUSE_SEED);

const names = chosen(MAINSPRING_ABUSE_DOOR);

it.for(names)(
  'at the door %s a bad item harms itself only',
  { timeout: 3_600_000 },
  async (name, { task }) => {
    const findings: Finding[] = [];
    const startedAt = performance.now();
    const tally = await attack(doors[name], {
      seed,
      cases: shareOf(name, names, cases),
      path: MAINSPRING_ABUSE_PATH,
      // Said at once, because a run that is ended from outside has no result.
      onFinding: (finding) => {
        findings.push(finding);
        console.log(again(finding));
      },
    });
    task.meta.abuse = { tally, findings, ms: performance.now() - startedAt };
    expect(findings.map(again)).toEqual([]);
    for (const fault of FAULTS) expect(tally[fault], fault).toBe(0);
  },
);
