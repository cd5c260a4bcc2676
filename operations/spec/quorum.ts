import type { ApprovalSpec } from '../../contracts/spec/approval.js';
import type { Charter, Role } from '../../contracts/spec/charter.js';

/**
 * The reason why a quorum can never be complete; undefined if it can. One person has one vote, so every set of roles
 * needs at least as many distinct owners as votes (Hall's condition; seven roles make 127 sets).
 *
 * @param excluded the person that must not vote: the starter, if the spec asks for separation
 */
export function unreachableQuorum(
  quorum: ApprovalSpec['quorum'],
  owners: Charter['owners'],
  excluded?: string,
): { roles: Role[]; message: string } | undefined {
  const needed = Object.entries(quorum) as [Role, number][];
  for (let set = 1; set < 1 << needed.length; set += 1) {
    const chosen = needed.filter((_, index) => set & (1 << index));
    const roles = chosen.map(([role]) => role);
    const people = new Set(roles.flatMap((role) => owners[role] ?? []));
    if (excluded !== undefined) people.delete(excluded);
    const votes = chosen.reduce((sum, [, count]) => sum + count, 0);
    if (people.size < votes) {
      const who = people.size === 0 ? 'nobody' : [...people].join(', ');
      return {
        roles,
        message: `needs ${votes} ${votes === 1 ? 'vote' : 'votes'} of ${roles.join(' and ')}, but only ${who} may give them`,
      };
    }
  }
  return undefined;
}
