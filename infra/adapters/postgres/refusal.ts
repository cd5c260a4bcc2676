import type { NewJob } from '../../../activities/ports/job-row.js';
import { roomFor, say } from '../../../contracts/budget-arithmetic.js';
import type { AccountFigures, Amount, Parked } from '../../../contracts/budget.js';
import { ownAccount } from '../../../contracts/ids.js';
import type { Budget } from '../../../contracts/spec/training.js';
import type { Tx } from './budget-accounts.js';

/** Why an attempt is not admitted: it has to wait, or it can never be admitted. */
export type Refusal = { kind: 'parked'; parked: Parked } | { kind: 'ended'; message: string; remedy: string };

const figuresOf = ({ account, limits, settled, reserved }: AccountFigures, wanted: Amount): string =>
  `account "${account}": limit ${say(limits)}; settled ${say(settled, limits)}; reserved by running jobs ${say(reserved, limits)}. This attempt may cost ${say(wanted, limits)} until its deadline`;

/**
 * Undefined if every account accepts the reservation. Exhausted accounts are reported before accounts that are only
 * reserved.
 */
export async function refusalOf(
  tx: Tx,
  accounts: AccountFigures[],
  wanted: Amount,
  { model, run }: NewJob,
  { onExhausted }: Budget,
): Promise<Refusal | undefined> {
  const rooms = accounts.map((figures) => ({ figures, room: roomFor(figures, wanted) }));
  const exhausted = rooms.find(({ room }) => room.kind === 'exhausted');
  const blocking = exhausted ?? rooms.find(({ room }) => room.kind === 'reserved');
  if (!blocking) return undefined;
  const { figures } = blocking;
  const { account, generation } = figures;
  const text = figuresOf(figures, wanted);
  const own = account === ownAccount(model, run);
  if (!exhausted)
    return {
      kind: 'parked',
      parked: {
        why: 'reserved',
        at: account,
        generation,
        own,
        reason: `${text}. It goes on when running jobs settle for less than they reserved.`,
      },
    };
  const remedy = own
    ? `Raise training.budget in a new run, or now: mainspring budget set ${account} …; a shorter training.deadline reserves less.`
    : `Raise it: mainspring budget set ${account} …; a shorter training.deadline reserves less.`;
  if (onExhausted === 'fail') return { kind: 'ended', message: `${text}, and it is used up`, remedy };
  const request = await tx
    .selectFrom('budget_requests')
    .select(['status', 'decided_by'])
    .where('account', '=', account)
    .where('generation', '=', generation)
    .executeTakeFirst();
  if (request?.status === 'REJECTED' || request?.status === 'EXPIRED')
    return {
      kind: 'ended',
      message: `${text}, it is used up, and the request to extend it ${request.status === 'REJECTED' ? `was rejected (${request.decided_by ?? 'nobody'})` : 'expired without a decision'}`,
      remedy,
    };
  return {
    kind: 'parked',
    parked: {
      why: 'budget',
      at: account,
      generation,
      own,
      reason: `${text}, and it is used up. People are asked to extend it (\`mainspring approvals\`). ${remedy}`,
    },
  };
}
