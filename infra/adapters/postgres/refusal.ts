import type { NewJob } from '../../../activities/ports/job-store.js';
import { judge, say } from '../../../contracts/budget-arithmetic.js';
import type { AccountFigures, Amount, Parked } from '../../../contracts/budget.js';
import { ownAccount } from '../../../contracts/ids.js';
import type { Budget } from '../../../contracts/spec/training.js';
import type { Tx } from './budget-accounts.js';

/** Why an attempt is not admitted: it waits, or it can never go on. */
export type Refusal = { kind: 'parked'; parked: Parked } | { kind: 'ended'; message: string };

const figuresOf = ({ account, limits, settled, reserved }: AccountFigures, wanted: Amount): string =>
  `account "${account}": limit ${say(limits)}; settled ${say(settled, limits)}; reserved by running jobs ${say(reserved, limits)}. This attempt may cost ${say(wanted, limits)} until its deadline`;

/** Undefined when every account takes the reservation. What is used up counts before what is only reserved. */
export async function refusalOf(
  tx: Tx,
  accounts: AccountFigures[],
  wanted: Amount,
  { model, run }: NewJob,
  { onExhausted }: Budget,
): Promise<Refusal | undefined> {
  const verdicts = accounts.map((figures) => ({ figures, verdict: judge(figures, wanted) }));
  const exhausted = verdicts.find(({ verdict }) => verdict.kind === 'exhausted');
  const blocking = exhausted ?? verdicts.find(({ verdict }) => verdict.kind === 'reserved');
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
  if (onExhausted === 'fail') return { kind: 'ended', message: `${text}, and it is used up. ${remedy}` };
  const request = await tx
    .selectFrom('budget_requests')
    .select(['status', 'decided_by'])
    .where('account', '=', account)
    .where('generation', '=', generation)
    .executeTakeFirst();
  if (request?.status === 'REJECTED' || request?.status === 'EXPIRED')
    return {
      kind: 'ended',
      message: `${text}, it is used up, and the request to extend it ${request.status === 'REJECTED' ? `was rejected (${request.decided_by ?? 'nobody'})` : 'expired without a decision'}. ${remedy}`,
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
