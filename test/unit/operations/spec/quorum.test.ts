import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Role } from '../../../../contracts/spec/charter.js';
import { unreachableQuorum } from '../../../../operations/spec/quorum.js';

const roles: Role[] = ['business-stakeholder', 'data-scientist', 'ml-engineer'];
const people = ['ada', 'maya', 'tomas', 'ines'];

/** Brute force: tries every way to give each person one vote. */
function canBeComplete(needed: Role[], owners: Partial<Record<Role, string[]>>, left: string[]): boolean {
  const [role, ...rest] = needed;
  if (role === undefined) return true;
  return left.some(
    (person) =>
      owners[role]?.includes(person) &&
      canBeComplete(
        rest,
        owners,
        left.filter((other) => other !== person),
      ),
  );
}

it('calls a quorum unreachable exactly when no way to hand out one vote a person completes it', () => {
  const owners = fc.record(Object.fromEntries(roles.map((role) => [role, fc.subarray(people)])));
  const quorum = fc.record(Object.fromEntries(roles.map((role) => [role, fc.integer({ min: 0, max: 3 })])));
  fc.assert(
    fc.property(owners, quorum, fc.option(fc.constantFrom(...people)), (held, counts, excluded) => {
      const asked = Object.fromEntries(Object.entries(counts).filter(([, votes]) => votes > 0));
      const needed = Object.entries(asked).flatMap(([role, votes]) => Array<Role>(votes).fill(role as Role));
      const voters = people.filter((person) => person !== excluded);
      expect(unreachableQuorum(asked, held, excluded ?? undefined) === undefined).toBe(
        canBeComplete(needed, held, voters),
      );
    }),
    { numRuns: 500 },
  );
});
